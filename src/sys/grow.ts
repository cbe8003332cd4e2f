/** File systems that grow while they are mounted: each by an ioctl of its own on a directory of it. */
import { raw } from "./native.ts";
import { check, type Fd } from "./syscall.ts";

/** EXT4_IOC_RESIZE_FS, _IOW('f', 16, __u64). */
const resizeExt4 = 0x40086610;

/** The file system that the open directory is on gets so many blocks. */
export function growExt4(directory: Fd, blocks: number): void {
  const count = new Uint8Array(new BigUint64Array([BigInt(blocks)]).buffer);
  check(raw("ioctl", directory, resizeExt4, count), "resize file system");
}

/**
 * XFS_IOC_FSGEOMETRY, _IOR('X', 126, struct xfs_fsop_geom), and XFS_IOC_FSGROWFSDATA, _IOW('X', 110, struct xfs_growfs_data), of
 * fs/xfs/libxfs/xfs_fs.h. Both structures are as large wherever a __u64 is aligned to 8 bytes.
 */
const [readXfsGeometry, growXfsData] = [0x8100587e, 0x4010586e];
const [geometryBytes, growBytes] = [256, 16];
/** How much of it inodes may take, percent; growing sets it too. */
const geometryImaxpct = 28;

/** As `growExt4`. What is too little for one more allocation group stays unused. */
export function growXfs(directory: Fd, blocks: number): void {
  const geometry = new Uint8Array(geometryBytes);
  check(raw("ioctl", directory, readXfsGeometry, geometry), "read geometry of file system");
  const growth = new DataView(new ArrayBuffer(growBytes));
  growth.setBigUint64(0, BigInt(blocks), true);
  growth.setUint32(8, new DataView(geometry.buffer).getUint32(geometryImaxpct, true), true);
  check(raw("ioctl", directory, growXfsData, new Uint8Array(growth.buffer)), "resize file system");
}
