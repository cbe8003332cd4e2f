import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Fault } from "../../base/fault.ts";
import { type ConfigurationHost, loadConfiguration } from "./load.ts";
import { locateKey } from "./locate.ts";
import { defaultConfigurationPaths } from "./search.ts";
import { grownSize, machineSize } from "./size.ts";

const main = "/etc/kata-containers/configuration.toml";
const present = [
  "/usr/bin/qemu-system-x86_64",
  "/b/share/kata-containers/vmlinux",
  "/b/share/kata-containers/initrd",
  "/usr/lib/qemu/virtiofsd",
];

function host(files: Readonly<Record<string, string>>, also: readonly string[] = present): ConfigurationHost {
  return {
    programDirectory: "/b/bin",
    architecture: "x86_64",
    exists: (path) => Object.hasOwn(files, path) || also.includes(path),
    readText: (path) => files[path],
    list: (directory) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${directory}/`))
        .map((path) => path.slice(directory.length + 1)),
  };
}

function load(text: string): ReturnType<typeof loadConfiguration> {
  return loadConfiguration(host({ [main]: text }));
}

function refuses(text: string, message: string): void {
  assert.throws(() => load(text), { name: "Fault", message: `read configuration ${main}${message}`, component: "config" });
}

describe("loadConfiguration()", () => {
  it("has defaults for everything and finds the files beside the program first", () => {
    const { configuration } = loadConfiguration(host({}));
    assert.deepEqual(configuration.files, []);
    const { program, kernel, initrd, virtioFsDaemon, machine, memoryMib, vcpus } = configuration.hypervisor;
    assert.deepEqual([program, kernel, initrd, virtioFsDaemon], present);
    assert.deepEqual([machine, memoryMib, vcpus], ["q35", 2048, 1]);
    assert.equal(configuration.runtime.internetworkingModel, "tcfilter");
    assert.equal(configuration.agent.dialTimeoutSeconds, 45);
  });

  it("takes the file beside the program before /etc", () => {
    const beside = "/b/etc/kata-containers/configuration.toml";
    const { configuration } = loadConfiguration(host({ [main]: "[runtime]\nenable_debug = true", [beside]: "" }));
    assert.deepEqual(configuration.files, [beside]);
    assert.equal(configuration.runtime.debug, false);
  });

  it("lets drop-ins win key by key, in the order of their names", () => {
    const { configuration } = loadConfiguration(
      host({
        [main]: "[hypervisor.qemu]\ndefault_memory = 256\ndefault_vcpus = 2\n",
        "/etc/kata-containers/config.d/20.toml": "[hypervisor.qemu]\ndefault_memory = 1024",
        "/etc/kata-containers/config.d/10.toml": "[hypervisor.qemu]\ndefault_memory = 512\nkernel_params = 'a b'",
        "/etc/kata-containers/config.d/README": "no toml",
      }),
    );
    assert.equal(configuration.hypervisor.memoryMib, 1024);
    assert.equal(configuration.hypervisor.vcpus, 2);
    assert.equal(configuration.hypervisor.kernelParameters, "a b");
    assert.equal(configuration.files.length, 3);
  });

  it("looks for a name without a slash in the places of its kind", () => {
    const { configuration } = loadConfiguration(
      host({ [main]: '[hypervisor.qemu]\nkernel = "vmlinux-tuned"' }, [...present, "/usr/share/kata-containers/vmlinux-tuned"]),
    );
    assert.equal(configuration.hypervisor.kernel, "/usr/share/kata-containers/vmlinux-tuned");
  });

  it("says where it looked for a file that is missing, and where to set it", () => {
    assert.throws(() => load('[hypervisor.qemu]\nkernel = "/nope"'), {
      message: `find hypervisor.qemu.kernel /nope: no such file or directory, set it in ${main}`,
    });
    assert.throws(() => loadConfiguration(host({}, present.slice(0, 3))), {
      message:
        "find hypervisor.qemu.virtio_fs_daemon virtiofsd: no such file in /b/bin, /usr/libexec, /usr/lib, /usr/lib/qemu, /usr/bin, /opt/kata/libexec, set its path in the configuration file",
    });
  });

  it("takes a configuration as Kata's packages install it, but for the root image", () => {
    const { hypervisor } = load(
      [
        "[hypervisor.qemu]",
        'path = "/usr/bin/qemu-system-x86_64"',
        'machine_type = "q35"',
        'enable_annotations = ["enable_iommu", "kernel_params"]',
        'valid_hypervisor_paths = ["/usr/bin/qemu-system-x86_64"]',
        'kernel_params = ""',
        'cpu_features="pmu=off"',
        "default_vcpus = 1",
        "default_maxvcpus = 0",
        "default_bridges = 1",
        'shared_fs = "virtio-fs"',
        'virtio_fs_extra_args = ["--thread-pool-size=1"]',
        'block_device_driver = "virtio-scsi"',
        'guest_hook_path = ""',
        "[factory]",
        "[hypervisor.qemu.factory]",
        "enable_template = false",
        "[agent.kata]",
        "kernel_modules=[]",
        "[runtime]",
        'internetworking_model="tcfilter"',
        'vfio_mode="guest-kernel"',
        "experimental=[]",
      ].join("\n"),
    ).configuration;
    assert.deepEqual(hypervisor.virtioFsExtraArguments, ["--thread-pool-size=1"]);
  });

  it("has templates and one sandbox in reserve unless the file says otherwise", () => {
    const { factory } = load("").configuration;
    assert.deepEqual({ template: factory.template, reserves: factory.reserves }, { template: true, reserves: 1 });
    const off = load("[factory]\nenable_template = false\nvm_cache_number = 3").configuration.factory;
    assert.deepEqual({ template: off.template, reserves: off.reserves }, { template: false, reserves: 3 });
  });

  it("refuses a named file that is not there", () => {
    assert.throws(() => loadConfiguration(host({}), "/x/y.toml"), {
      message: "read configuration /x/y.toml: no such file or directory",
      code: "ENOENT",
    });
  });

  it("names file, line, table and key of what is unknown or wrong", () => {
    refuses("# c\n\n[hypervisor.foo]\npath = 1", ":3: table hypervisor.foo is unknown, must be hypervisor.qemu");
    refuses(
      "[hypervsor.qemu]\n",
      ":1: table hypervsor is unknown, must be one of hypervisor.qemu, agent.kata, runtime, factory, proxy.kata, shim.kata, netmon",
    );
    refuses(
      "[hypervisor.qemu]\ndefault_memory = 1024\ndefault_vcpu = 1",
      ":3: key default_vcpu is unknown in table hypervisor.qemu, did you mean default_vcpus?",
    );
    refuses("[runtime]\nzzz = 1", ":2: key zzz is unknown in table runtime");
    refuses(
      '[hypervisor.qemu]\ndefault_memory = "2048"',
      ':2: default_memory of table hypervisor.qemu is "2048", must be a whole number (MiB)',
    );
    refuses("[hypervisor.qemu]\ndefault_memory = 1", ":2: default_memory of table hypervisor.qemu is 1, must be at least 64 (MiB)");
    refuses("[runtime]\nenable_debug = 'yes'", ':2: enable_debug of table runtime is "yes", must be true or false');
    refuses(
      "[runtime]\ninternetworking_model = 'bridge'",
      ':2: internetworking_model of table runtime is "bridge", must be one of "tcfilter", "macvtap", "none"',
    );
    refuses(
      "[hypervisor.qemu]\nvirtio_fs_extra_args = ['a', 1]",
      ':2: virtio_fs_extra_args of table hypervisor.qemu is ["a",1], must be a list of strings',
    );
    refuses("hypervisor = 5", ":1: hypervisor is 5, must be a table");
    refuses(
      "hypervisor.qemu = { default_memory = true }",
      ":1: default_memory of table hypervisor.qemu is true, must be a whole number (MiB)",
    );
    refuses(
      "path = 'x'",
      ":1: table path is unknown, must be one of hypervisor.qemu, agent.kata, runtime, factory, proxy.kata, shim.kata, netmon",
    );
    refuses("[runtime\n", ":1: not TOML: illegal character in key (column 9)");
  });

  it("accepts Kata's keys without effect, and says so, but no promise that is not kept", () => {
    const { idle } = load(
      "[hypervisor.qemu]\nmsize_9p = 8192\nconfidential_guest = false\n[proxy.kata]\npath = 'x'\n[factory]\nvm_cache_endpoint = 'x'",
    );
    assert.deepEqual(idle, [
      "hypervisor.qemu.msize_9p: 9p is not used",
      "hypervisor.qemu.confidential_guest: confidential guests are not supported",
      "factory.vm_cache_endpoint: sandboxes in reserve are found by reserve_path",
    ]);
    refuses(
      "[hypervisor.qemu]\nconfidential_guest = true",
      ":2: confidential_guest of table hypervisor.qemu is true, must be false: confidential guests are not supported",
    );
    refuses("[hypervisor.qemu]\nmsize_9p = 'x'", ':2: msize_9p of table hypervisor.qemu is "x", must be a whole number');
    refuses(
      "[hypervisor.qemu]\nimage = '/x.img'",
      ':2: image of table hypervisor.qemu is "/x.img", must be "": the guest runs from an initrd, set initrd instead',
    );
  });

  it("throws nothing but Faults, whatever the text", () => {
    const piece = fc.constantFrom(
      "[",
      "]",
      "hypervisor",
      ".",
      "qemu",
      "=",
      "\n",
      '"',
      "'",
      "{",
      "}",
      "1",
      "#",
      " ",
      "path",
      "true",
      ",",
      '"""',
      "__proto__",
      "\\",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        try {
          load(pieces.join(""));
        } catch (error) {
          assert.ok(error instanceof Fault, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("locateKey()", () => {
  const text = [
    'a = """',
    "x = 1 # no",
    '"""',
    "[t.'u v']",
    "list = [",
    "  '#', # ]",
    "  ']'",
    "]",
    'y."z" = { k = 1 } # c',
    "[[arr]]",
    "q = 'it''",
  ].join("\n");
  it("finds keys behind strings, comments and lists that look like keys", () => {
    assert.equal(locateKey(text, ["a"]), 1);
    assert.equal(locateKey(text, ["t", "u v"]), 4);
    assert.equal(locateKey(text, ["t", "u v", "list"]), 5);
    assert.equal(locateKey(text, ["t", "u v", "y", "z"]), 9);
    assert.equal(locateKey(text, ["x"]), undefined);
  });
  it("answers with the table's line for a key inside an inline table", () => {
    assert.equal(locateKey(text, ["t", "u v", "y", "z", "k"]), 9);
  });
  it("ends on every text", () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        locateKey(any, ["a", "b"]);
      }),
    );
  });
});

describe("machineSize()", () => {
  const host = { cpus: 4, memoryMib: 8192 };
  const keys = { vcpus: 1, maxVcpus: 0, memoryMib: 2048, maxMemoryMib: 0 };
  it("fills in the host's for 0 and rounds up", () => {
    assert.deepEqual(machineSize(keys, host), { vcpus: 1, maxVcpus: 4, memoryMib: 2048, maxMemoryMib: 8192 });
    assert.equal(machineSize({ ...keys, vcpus: 1.5 }, host).vcpus, 2);
    assert.equal(machineSize({ ...keys, vcpus: -1 }, host).vcpus, 4);
    assert.equal(machineSize({ ...keys, vcpus: 8, maxVcpus: 2 }, host).maxVcpus, 8);
    assert.equal(machineSize({ ...keys, maxMemoryMib: 1 }, host).maxMemoryMib, 2048);
  });
  it("grows by what containers may use where the default does not hold it, up to what the host has", () => {
    const grown = (memoryMib: number, cpus: number, born = machineSize(keys, host)) => {
      const size = grownSize(born, { memoryBytes: memoryMib * 2 ** 20, cpus });
      return [size.memoryMib, size.vcpus];
    };
    assert.deepEqual(grown(1792, 1), [2048, 1]);
    assert.deepEqual(grown(1793, 1.5), [3968, 3]);
    assert.deepEqual(grown(4096, 2), [6144, 3]);
    assert.deepEqual(grown(2 ** 40, 64), [8192, 4]);
    assert.deepEqual(grown(2 ** 13, 0, machineSize({ ...keys, maxMemoryMib: 3000 }, host)), [2944, 1]);
    assert.deepEqual(grown(300, 0, machineSize({ ...keys, memoryMib: 500 }, host)), [500 + 384, 1]);
  });
  it("adds memory in the guest's blocks", () => {
    assert.equal(grownSize(machineSize(keys, host), { memoryBytes: 2 ** 31, cpus: 0 }, 1024).memoryMib, 4096);
    assert.equal(grownSize(machineSize(keys, host), { memoryBytes: 2 ** 31 + 1, cpus: 0 }, 1024).memoryMib, 5120);
    assert.equal(grownSize(machineSize(keys, host), { memoryBytes: 2 ** 31 + 1, cpus: 0 }, 4096).memoryMib, 6144);
  });
  it("refuses more memory than the host has", () => {
    assert.throws(() => machineSize({ ...keys, memoryMib: 9000 }, host), /default_memory is 9000 MiB, must be at most 8192 MiB/);
  });
});

describe("defaultConfigurationPaths()", () => {
  it("starts beside the program and names no place twice", () => {
    assert.deepEqual(defaultConfigurationPaths("/bin"), [
      "/etc/kata-containers/configuration.toml",
      "/usr/share/defaults/kata-containers/configuration.toml",
      "/opt/kata/share/defaults/kata-containers/configuration.toml",
    ]);
    assert.equal(defaultConfigurationPaths("/opt/x/bin")[0], "/opt/x/etc/kata-containers/configuration.toml");
  });
});
