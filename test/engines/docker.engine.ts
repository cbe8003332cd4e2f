/** Docker's everyday work, on runc and on kata: what differs is a fault. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dockerd, type Runtime } from "./dockerd.ts";
import { image } from "./engine.ts";

const engine = new Dockerd();
before(() => engine.start());
after(() => engine.stop());

async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(...args);
  assert.equal(code, 0, `docker ${args.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

for (const runtime of ["runc", "kata"] satisfies Runtime[]) {
  const run = (...args: string[]): string[] => ["run", "--runtime", runtime, ...args];

  test(`${runtime}: containers of a user-defined network find each other by name`, async () => {
    const network = `net-${runtime}`;
    await docker("network", "create", network);
    await docker(...run("-d", "--network", network, "--name", `server-${runtime}`, "--network-alias", "db", image, "sleep", "1000"));
    const found = await docker(...run("--rm", "--network", network, image, "nslookup", "db"));
    const address = (
      await docker("inspect", "-f", `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`, `server-${runtime}`)
    ).trim();
    assert.ok(found.includes(address), `${address}\n${found}`);
    assert.match(await docker(...run("--rm", "--network", network, image, "ping", "-c", "1", "-w", "30", "db")), / 0% packet loss/);
    const unknown = await engine.docker(...run("--rm", "--network", network, image, "nslookup", "nobody-is-called-this"));
    assert.notEqual(unknown.code, 0, unknown.stdout);
  });

  test(`${runtime}: a running container that joins its first user-defined network can ask for names there`, async () => {
    await docker(...run("-d", "--name", `late-${runtime}`, image, "sleep", "1000"));
    await docker("network", "connect", `net-${runtime}`, `late-${runtime}`);
    const deadline = Date.now() + 60_000;
    let answer = await engine.docker("exec", `late-${runtime}`, "nslookup", "db");
    while (answer.code !== 0 && Date.now() < deadline) answer = await engine.docker("exec", `late-${runtime}`, "nslookup", "db");
    assert.equal(answer.code, 0, answer.stdout + answer.stderr);
  });
}
