/** Words in `AgentDetails.extra_features`: what an agent understands beyond the Kata agent API. */

/** Requests may carry OCI structures as JSON (`oci_json`) in place of the protobuf ones. */
export const featureOciJson = "oci-json";
/** CreateContainer takes compiled seccomp filters (`seccomp_bpf`, `seccomp_flags`). */
export const featureSeccompBpf = "seccomp-bpf";
/** CreateContainer takes `notify_socket`, and there is WaitReady. */
export const featureNotifySocket = "notify-socket";
/** CreateContainer takes `pause`. */
export const featurePause = "pause";
/** ExecProcess takes `ignore_paused` and `cgroup`. */
export const featureExecOptions = "exec-options";
/** CreateContainer and ExecProcess take `passed`. */
export const featurePassedDescriptors = "passed-descriptors";
/** CopyFile takes `gone` and paths of `guestCopies`, and puts a new link in an old one's place at once. */
export const featureWatchedCopies = "watched-copies";
/** The agent answers as an engine's name server (name-messages.ts) once the host dials its port. */
export const featureNameServer = "name-server";
