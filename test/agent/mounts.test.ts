/** Mounts, devices, masked and read-only paths, kernel parameters. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { busyboxSpec, create, type SpecJson, shell } from "./containers.ts";
import { bootVm, busyboxRoot, imageFile, type TestVm } from "./vm.ts";

const volume = "/images/volume";
const imagePath = busyboxRoot.slice(1);

let vm: TestVm;
before(async () => {
  vm = await bootVm({
    extra: [
      { kind: "directory", path: volume.slice(1), mode: 0o2775 },
      { kind: "directory", path: `${volume.slice(1)}/below`, mode: 0o755 },
      { kind: "file", path: `${volume.slice(1)}/file`, mode: 0o644, data: Buffer.from("of the volume\n") },
      { kind: "link", path: `${imagePath}/etc/localtime`, target: "/usr/share/zoneinfo/Z" },
      { kind: "directory", path: `${imagePath}/sticky`, mode: 0o1777 },
      imageFile("sticky/of-the-image", "copied\n"),
      { kind: "directory", path: "images/linked", mode: 0o755 },
      { kind: "directory", path: "images/linked/evil", mode: 0o755 },
      { kind: "link", path: "images/linked/proc", target: "/evil" },
    ],
  });
});
after(() => vm.stop());

const bind = (source: string, destination: string, ...options: string[]) => ({ destination, type: "bind", source, options });

async function output(command: string, edit: (spec: SpecJson) => void = () => {}): Promise<string> {
  const result = await shell(vm, command, edit);
  assert.equal(result.stderr, "");
  return result.stdout;
}

/** The options of a mount as the container sees them. */
const optionsOf = (path: string): string => `awk '$5 == "${path}" {print $6}' /proc/self/mountinfo | tail -n 1`;

test("bind mounts: files, directories, made targets, read-only", async () => {
  const text = await output("cat /new/file; cat /d/file; ls /d; touch /d/x 2>/dev/null; echo $?; stat -c %a /d", (spec) => {
    spec.mounts.push(bind(`${volume}/file`, "/new/file", "bind"), bind(volume, "/d", "rbind", "ro"));
  });
  assert.equal(text, "of the volume\nof the volume\nbelow\nfile\n1\n2775\n");
});

test("a read-only bind keeps nosuid, nodev and noexec of its source", async () => {
  const text = await output(`${optionsOf("/shm2")}; ${optionsOf("/shm3")}`, (spec) => {
    spec.mounts.push(bind("/tmp", "/shm2", "bind", "ro"), bind("/tmp", "/shm3", "bind", "suid", "noexec"));
  });
  assert.equal(text, "ro,nosuid,nodev,relatime\nrw,nodev,noexec,relatime\n");
});

test("a dangling link of the image gets its target inside the root", async () => {
  const text = await output("cat /etc/localtime; readlink /etc/localtime; cat /usr/share/zoneinfo/Z", (spec) => {
    spec.mounts.push(bind(`${volume}/file`, "/etc/localtime", "bind", "ro"));
  });
  assert.equal(text, "of the volume\n/usr/share/zoneinfo/Z\nof the volume\n");
});

test("proc is never mounted through a link", async () => {
  const spec = busyboxSpec("true");
  spec.root.path = "/images/linked";
  await assert.rejects(create(vm, spec), /proc must be mounted on an ordinary directory/);
});

test("a tmpfs takes the mode of its directory, or the one it is given", async () => {
  const text = await output("stat -c '%a' /sticky /t; ls /sticky; cat /up/of-the-image; stat -c %a /up", (spec) => {
    spec.mounts.push(
      bind(`${busyboxRoot}/sticky`, "/up", "bind"),
      { destination: "/sticky", type: "tmpfs", source: "tmpfs", options: ["size=1m"] },
      { destination: "/t", type: "tmpfs", source: "tmpfs", options: ["mode=700"] },
    );
  });
  assert.equal(text, "1777\n700\ncopied\n1777\n");
});

test("tmpcopyup starts a tmpfs with what it hides", async () => {
  const text = await output(
    "cat /sticky/of-the-image; touch /sticky/x; echo $?; stat -c %a /sticky; [ -c /dev/null ] && echo dev",
    (spec) => {
      spec.mounts.push({ destination: "/sticky", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"] });
    },
  );
  assert.equal(text, "copied\n0\n1777\ndev\n");
});

test("recursive attributes, propagation and relative destinations", async () => {
  const text = await output(`${optionsOf("/d")}; awk '$5 == "/d" {print $7}' /proc/self/mountinfo; cat /relative/file`, (spec) => {
    spec.mounts.push(bind(volume, "/d", "rbind", "rro", "rnosuid", "rshared"), bind(volume, "relative", "bind"));
  });
  assert.match(text, /^ro,nosuid\nshared:\d+\nof the volume\n$/);
});

test("what a mount cannot do is an error that names it", async () => {
  const fails = (mount: SpecJson["mounts"][number]) => {
    const spec = busyboxSpec("true");
    spec.mounts.push(mount);
    return create(vm, spec);
  };
  await assert.rejects(fails(bind("/nope", "/d", "bind")), /mount "\/nope" at "\/d".*no such file or directory/);
  await assert.rejects(fails(bind(volume, "/d", "bind", "odd=1")), /takes no file system options, got "odd=1"/);
  await assert.rejects(fails({ destination: "/x", type: "nonesuch", source: "none" }), /mount "none" at "\/x".*no such device/);
});

test("masked paths are empty, read-only paths cannot be written, missing ones do not matter", async () => {
  const text = await output(
    "cat /proc/keys | wc -c; ls /proc/acpi 2>/dev/null | wc -l; (echo 1 >/proc/sys/kernel/printk) 2>/dev/null; echo $?; ls /sys/firmware | wc -l",
    (spec) => {
      spec.linux["maskedPaths"] = ["/proc/keys", "/proc/acpi", "/sys/firmware", "/not/there", "/proc/keys"];
    },
  );
  assert.equal(text, "0\n0\n1\n0\n");
});

test("a read-only root is read-only, its tmpfs mounts are not", async () => {
  const text = await output("touch /x 2>/dev/null; echo $?; touch /dev/shm/x; echo $?; pwd", (spec) => {
    spec.root.readonly = true;
    spec.process.cwd = "/made-before-that";
  });
  assert.equal(text, "1\n0\n/made-before-that\n");
});

test("a read-only /dev still has the devices", async () => {
  const text = await output("touch /dev/x 2>/dev/null; echo $?; echo >/dev/null; echo $?; readlink /dev/ptmx", (spec) => {
    spec.mounts[1]?.options?.push("ro");
  });
  assert.equal(text, "1\n0\npts/ptmx\n");
});

test("devices of the specification are made with mode and owner", async () => {
  const text = await output("stat -c '%F %t %T %a %u %g' /dev/fuse /dev/sub/pipe /dev/null", (spec) => {
    spec.linux["devices"] = [
      { path: "/dev/fuse", type: "c", major: 10, minor: 229, fileMode: 0o660, uid: 1, gid: 2 },
      { path: "/dev/sub/pipe", type: "p", fileMode: 0o600 },
      { path: "/dev/null", type: "c", major: 1, minor: 3, fileMode: 0o666 },
    ];
  });
  assert.equal(text, "character special file a e5 660 1 2\nfifo 0 0 600 0 0\ncharacter special file 1 3 666 0 0\n");
});

test("kernel parameters of the container's namespaces are set, names are the container's", async () => {
  const text = await output(
    "cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_forward; hostname; cat /proc/sys/kernel/domainname",
    (spec) => {
      spec.linux["sysctl"] = { "kernel.msgmax": "4096", "net.ipv4.ip_forward": "1" };
      spec["domainname"] = "example.org";
    },
  );
  assert.equal(text, "4096\n1\ninside\nexample.org\n");
});

test("the root's propagation is the one asked for", async () => {
  const text = await output(`awk '$5 == "/" {print $7}' /proc/self/mountinfo`, (spec) => {
    spec.linux["rootfsPropagation"] = "rshared";
  });
  assert.match(text, /^shared:\d+\n$/);
});

test("nothing of the agent's own root is in sight", async () => {
  const text = await output("ls -a / | tr '\\n' ' '; cut -d' ' -f5 /proc/self/mountinfo; ls /proc/self/fd | wc -l");
  assert.match(text, /\n4\n$/); // three streams and the directory itself
  assert.doesNotMatch(text, /init|images|kata/);
});
