/** The keys of tables `agent.kata` and `runtime`, and the tables that have no effect. */
import type { Agent, Factory, Runtime } from "./configuration.ts";
import type { KeyTable } from "./keys.ts";

const noTracing = "tracing is not supported";

export const agentTable: KeyTable<Agent> = {
  name: "agent.kata",
  used: {
    dialTimeoutSeconds: {
      key: "dial_timeout",
      kind: "integer",
      default: 45,
      min: 1,
      max: 3600,
      unit: "seconds",
      meaning: "How long the agent may take to answer after the virtual machine was started.",
    },
    debug: { key: "enable_debug", kind: "bool", default: false, meaning: "The agent logs more, into the runtime's log." },
  },
  ignored: {
    dial_timeout_ms: ["integer", "dial_timeout decides, and answers are not polled for"],
    reconnect_timeout_ms: ["integer", "the channel to the agent is opened once"],
    health_check_request_timeout_ms: ["integer", "the virtual machine's process is watched instead"],
    server_port: ["integer", "the agent's ports are fixed"],
    log_port: ["integer", "the agent's ports are fixed"],
    passfd_listener_port: ["integer", "the agent's ports are fixed"],
    create_container_timeout: ["integer", "create_container_timeout of table runtime decides"],
    cdh_api_timeout: ["integer", "there is no confidential data hub"],
    cdh_api_timeout_ms: ["integer", "there is no confidential data hub"],
    launch_process_timeout: ["integer", "there is no confidential data hub"],
    trace_mode: ["text", noTracing],
    trace_type: ["text", noTracing],
  },
  neutral: {
    enable_tracing: [false, noTracing],
    debug_console_enabled: [false, "the debug console is not supported yet"],
    kernel_modules: [[], "kernel modules of the user's choice are not loaded yet"],
    container_pipe_size: [0, "the size of the container's pipes cannot be chosen yet"],
    visible_cdi_devices: [[], "CDI devices are not supported yet"],
  },
};

export const runtimeTable: KeyTable<Runtime> = {
  name: "runtime",
  used: {
    debug: { key: "enable_debug", kind: "bool", default: false, meaning: "The runtime logs more." },
    internetworkingModel: {
      key: "internetworking_model",
      kind: { words: ["tcfilter", "macvtap", "none"] },
      default: "tcfilter",
      meaning: "How a link of the pod's network namespace is joined to the virtual machine's network card.",
    },
    sandboxCgroupOnly: {
      key: "sandbox_cgroup_only",
      kind: "bool",
      default: true,
      meaning: "All host processes of a sandbox run in the pod's cgroup, so that its limits and accounts count them.",
    },
    disableGuestSeccomp: {
      key: "disable_guest_seccomp",
      kind: "bool",
      default: false,
      meaning: "Seccomp profiles are not applied in the guest: the virtual machine alone confines the container.",
    },
    disableGuestEmptyDir: {
      key: "disable_guest_empty_dir",
      kind: "bool",
      default: true,
      meaning:
        "Kubernetes' emptyDirs on a disk of the host are shared. When false, each is a directory in the guest's memory that the containers of the pod have in common; the host does not see it.",
    },
    staticSandboxResources: {
      key: "static_sandbox_resource_mgmt",
      kind: "bool",
      default: false,
      meaning:
        "A virtual machine starts as large as is known then and does not grow: later limits beyond it are refused. Only one of the usual size goes on from the template.",
    },
    createContainerTimeoutSeconds: {
      key: "create_container_timeout",
      kind: "integer",
      default: 60,
      min: 1,
      max: 86400,
      unit: "seconds",
      meaning: "How long the creation of a container in the guest may take.",
    },
  },
  ignored: {
    name: ["text", "there is one runtime"],
    hypervisor_name: ["text", "the table's name decides"],
    agent_name: ["text", "there is one agent"],
    jaeger_endpoint: ["text", noTracing],
    jaeger_user: ["text", noTracing],
    jaeger_password: ["text", noTracing],
    enable_pprof: ["bool", "there is no Go profiler"],
    kubelet_root_dir: ["text", "volumes are recognised by the mounts themselves"],
    dan_conf: ["text", "directly attachable networks are not supported yet, the network namespace decides"],
    use_passfd_io: ["bool", "standard streams always have streams of their own"],
    passfd_listener_port: ["integer", "the agent's ports are fixed"],
    keep_abnormal: ["bool", "a sandbox that broke is always cleaned up"],
    shared_mounts: ["texts", "mounts between containers of a pod are not supported yet"],
  },
  neutral: {
    enable_tracing: [false, noTracing],
    disable_new_netns: [false, "a sandbox always has a network namespace of its own or the specification's"],
    sandbox_bind_mounts: [[], "mounts for the whole sandbox are not supported yet"],
    vfio_mode: ["guest-kernel", "devices of the host are not passed through yet"],
    enable_vcpus_pinning: [false, "vCPUs are not pinned yet"],
    guest_selinux_label: ["", "the guest's kernel has no SELinux"],
    emptydir_mode: ["shared-fs", "volumes are always shared by virtio-fs"],
    experimental: [[], "there are no experimental features"],
    pod_resource_api_sock: ["", "devices of the host are not passed through yet"],
    enable_agent_pidns: [false, "a container never joins the agent's pid namespace"],
  },
};

export const factoryTable: KeyTable<Factory> = {
  name: "factory",
  used: {
    template: {
      key: "enable_template",
      kind: "bool",
      default: true,
      meaning:
        "Virtual machines are copies of a template that has booted already. Copies share memory pages that none of them has written: a side channel between them, as page sharing always is. When false, each one boots.",
    },
    templatePath: {
      key: "template_path",
      kind: "text",
      default: "/run/vc/vm/template",
      meaning: "Directory of the templates, on a tmpfs: a template is 30 to 90 MB.",
    },
    reserves: {
      key: "vm_cache_number",
      kind: "integer",
      default: 1,
      min: 0,
      max: 100,
      meaning: "How many sandboxes wait in reserve, warmed up and stopped, for a container. Needs enable_template.",
    },
    reservePath: {
      key: "reserve_path",
      kind: "text",
      default: "/run/kata-containers-reserve",
      meaning: "Directory of the sandboxes in reserve.",
    },
    reserveIdleSeconds: {
      key: "reserve_idle_timeout",
      kind: "integer",
      default: 600,
      min: 1,
      max: 86400,
      unit: "seconds",
      meaning: "How long a sandbox waits in reserve before it ends by itself.",
    },
  },
  ignored: { vm_cache_endpoint: ["text", "sandboxes in reserve are found by reserve_path"] },
  neutral: {},
};

const factoryElsewhere = "table factory decides";

/** Tables of which no key has an effect. */
export const idleTables: readonly KeyTable<object>[] = [
  {
    name: "hypervisor.qemu.factory",
    used: {},
    ignored: {
      enable_template: ["bool", factoryElsewhere],
      template_path: ["text", factoryElsewhere],
      vm_cache_number: ["integer", factoryElsewhere],
      vm_cache_endpoint: ["text", factoryElsewhere],
    },
    neutral: {},
  },
  {
    name: "agent.kata.mem_agent",
    used: {},
    ignored: {},
    neutral: { mem_agent_enable: [false, "the memory agent is not supported"] },
  },
];

/** Tables of Kata 1.x for processes that do not exist here: whatever is in them is accepted. */
export const goneTables: Readonly<Record<string, string>> = {
  "proxy.kata": "there is no proxy process",
  "shim.kata": "there is no shim process of that kind",
  netmon: "the sandbox process watches the network itself",
};
