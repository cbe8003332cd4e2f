/** What a Kubernetes pod on the shim has to do, from its birth to its end, over containerd's CRI. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { hostProcesses, until } from "../support/world.ts";
import type { Engine } from "./containerd.ts";
import { CriPod } from "./cri-pod.ts";
import { configMap, emptyDirectory } from "./pod-volumes.ts";

/** A probe a second: two minutes of them when somebody wants to wait. */
const probes = Number(process.env["KATA_TEST_PROBES"] ?? 20);

/** `killed`: which of the machine's processes its end begins with. */
export function tellPodStory(engine: Engine, killed: "vmm" | "share"): void {
  let pod: CriPod;
  before(async () => {
    await engine.start();
    pod = new CriPod(engine);
  });
  after(async () => {
    pod.close();
    await engine.stop();
  });

  test("a pod comes up in a virtual machine of its own, with an address", async () => {
    await pod.run();
    const { status } = await pod.call<{ status: { state: string; network: { ip: string } } }>("PodSandboxStatus", {
      pod_sandbox_id: pod.id,
    });
    assert.equal(status.state, "SANDBOX_READY");
    assert.match(status.network.ip, /^10\.88\.9\.\d+$/);
    assert.equal(hostProcesses().filter(({ command }) => command.startsWith(`kata-sandbox ${pod.id}`)).length, 1);
  });

  test("three containers share machine, pid namespace and network; a volume and a limit hold", async () => {
    const volume = configMap(engine.directory, "value");
    const empty = { container_path: "/empty", host_path: emptyDirectory(engine.directory) };
    await pod.start("web", ["sh", "-c", "mkdir /www; echo served > /www/index.html; exec httpd -f -p 8080 -h /www"], { mounts: [empty] });
    await pod.start("side", ["sh", "-c", "echo one; echo two >&2; exec sleep 1000"], {
      mounts: [{ container_path: "/config", host_path: volume, readonly: true }, empty],
    });
    await pod.start("limited", ["sleep", "1000"], { resources: { memory_limit_in_bytes: 64 << 20 } });
    assert.equal((await pod.exec("side", "cat", "/config/k")).text, "value\n");
    assert.notEqual((await pod.exec("side", "sh", "-c", "echo x > /config/k")).code, 0);
    const processes = (await pod.exec("side", "ps", "-o", "args")).text;
    for (const each of [/httpd -f -p 8080/, /^sleep 1000$/m]) assert.match(processes, each);
    assert.equal((await pod.exec("limited", "cat", "/sys/fs/cgroup/memory.max")).text, `${64 << 20}\n`);
    assert.equal((await pod.exec("side", "hostname")).text, "pod-host\n");
    assert.match((await pod.exec("side", "cat", "/etc/resolv.conf")).text, /nameserver 10\.0\.0\.10/);
    assert.equal((await pod.exec("side", "wget", "-qO-", "http://127.0.0.1:8080/")).text, "served\n");
  });

  test("a process that its parent leaves behind is taken by the pod's first process, and nothing stays of it", async () => {
    await pod.exec("side", "sh", "-c", "(sleep 0.3 & exit 0)");
    await until("no dead process", async () => !/^\s*\d+ Z/m.test((await pod.exec("side", "ps", "-o", "pid,stat")).text));
  });

  test("an emptyDir keeps mode and group, and containers talk through a fifo in it", async () => {
    const { text } = await pod.exec(
      "side",
      "sh",
      "-c",
      "stat -c '%a %g' /empty; touch /empty/new; stat -c %g /empty/new; mkfifo /empty/fifo",
    );
    assert.equal(text, "2777 123\n123\n");
    const heard = pod.exec("side", "cat", "/empty/fifo");
    await pod.exec("web", "sh", "-c", "echo through >/empty/fifo");
    assert.equal((await heard).text, "through\n");
  });

  test("a container is stopped although a child that it leaves behind holds its output", async () => {
    await pod.start("leaves", ["sh", "-c", "setsid sleep 500 & exec sleep 400"]);
    await pod.call("StopContainer", { container_id: pod.container("leaves"), timeout: 0 });
    const { state, exit_code: code } = await pod.status("leaves");
    assert.deepEqual([state, code], ["CONTAINER_EXITED", 137]);
    await pod.remove("leaves");
    assert.doesNotMatch((await pod.exec("side", "ps", "-o", "args")).text, /^sleep [45]00$/m);
  });

  test("the published port answers from outside", async () => {
    await until("the page", async () => (await pod.page()) === "served\n");
  });

  test("logs are in the CRI's form", async () => {
    await until("both lines", () => {
      const text = pod.log("side");
      return /^\S+ stdout F one$/m.test(text) && /^\S+ stderr F two$/m.test(text);
    });
  });

  test("statistics are what the guest says", async () => {
    // a shell whose last command this is becomes that command, and forgets what it holds
    await pod.start("large", ["sh", "-c", "x=$(head -c 8000000 /dev/zero | tr '\\0' a); sleep 1000; :"]);
    const inside = (file: string): Promise<string> => pod.exec("large", "cat", `/sys/fs/cgroup/${file}`).then(({ text }) => text);
    const read = async (): Promise<[number, number]> => {
      const { stats } = await pod.call<{
        stats: { memory: { working_set_bytes: { value: number } }; cpu: { usage_core_nano_seconds: { value: number } } };
      }>("ContainerStats", { container_id: pod.container("large") });
      assert.ok(stats.cpu.usage_core_nano_seconds.value > 0);
      const inactive = Number(/^inactive_file (\d+)$/m.exec(await inside("memory.stat"))?.[1]);
      return [stats.memory.working_set_bytes.value, Number(await inside("memory.current")) - inactive];
    };
    const seen: string[] = [];
    const agree = async (): Promise<boolean> => {
      const [told, real] = await read();
      seen.push(`${told}/${real}`);
      return told > 7_500_000 && Math.abs(told - real) < 0.05 * real;
    };
    await until("working sets within 5 %", agree, 90_000).catch((cause: unknown) => {
      throw new Error(`told/real of the last tries: ${seen.slice(-5).join(" ")}`, { cause });
    });
  });

  test("a probe every second goes on while a container is killed for want of memory, and started again in the pod", async () => {
    const probing = pod.probe("limited", probes, () => {});
    await outOfMemory(pod, 0);
    assert.equal(await probing, 0);
    assert.equal((await pod.status("hog")).state, "CONTAINER_RUNNING");
    await pod.call("StopContainer", { container_id: pod.container("hog"), timeout: 0 });
    await pod.remove("hog");
  });

  test("the same with containerd killed and back in the middle: nothing is lost", async () => {
    let half = (): void => {};
    const inTheMiddle = new Promise<void>((resolve) => {
      half = resolve;
    });
    const probing = pod.probe("limited", probes, (index) => {
      if (index >= probes / 2) half();
    });
    await Promise.race([inTheMiddle, probing]);
    await pod.start("ends", ["sh", "-c", "sleep 2; exit 9"]);
    await pod.restartEngine();
    await until("the exit that came meanwhile", async () => (await pod.status("ends")).state === "CONTAINER_EXITED", 60_000);
    assert.equal((await pod.status("ends")).exit_code, 9);
    await outOfMemory(pod, 2);
    await probing;
    for (const name of ["web", "side", "limited", "hog"]) assert.equal((await pod.status(name)).state, "CONTAINER_RUNNING");
    configMap(engine.directory, "another");
    await until("the volume's new content", async () => (await pod.exec("side", "cat", "/config/k")).text === "another\n");
    assert.equal((await pod.exec("limited", "cat", "/sys/fs/cgroup/memory.max")).text, `${64 << 20}\n`);
    assert.equal(await pod.page(), "served\n");
  });

  test("a pod whose machine was killed has stopped, takes no exec, and is removed", async () => {
    pod.kill(killed);
    await assert.rejects(async () => {
      for (;;) await pod.exec("side", "ls", "/"); // what comes before the end may be answered
    });
    await until("all have stopped", async () => {
      const states = await Promise.all(["web", "side", "limited", "hog"].map((name) => pod.status(name)));
      return states.every(({ state, exit_code: code }) => state === "CONTAINER_EXITED" && code !== 0);
    });
    await pod.call("StopPodSandbox", { pod_sandbox_id: pod.id });
    await pod.stopAndRemove();
    await until("nothing is left", () => pod.left().length === 0);
    assert.equal(execFileSync("sh", ["-c", "mount | grep -c /rootfs || true"], { encoding: "utf8" }), "0\n");
  });
}

/** One that takes more than it may, says so, and is there again as its next attempt. */
async function outOfMemory(pod: CriPod, attempt: number): Promise<void> {
  const resources = { memory_limit_in_bytes: 16 << 20 };
  await pod.start("hog", ["sh", "-c", "head -c 200000000 /dev/zero | tail"], { resources, attempt });
  await until("its end", async () => (await pod.status("hog")).state === "CONTAINER_EXITED", 180_000);
  assert.equal((await pod.status("hog")).reason, "OOMKilled");
  await pod.remove("hog");
  await pod.start("hog", ["sleep", "1000"], { resources, attempt: attempt + 1 });
}
