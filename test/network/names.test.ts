/** A name server of the engine's that listens on a loopback of the network namespace, as Docker's does. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until, World } from "../support/world.ts";
import { Lab, within } from "./lab.ts";

let world: World;
let lab: Lab;
let resolvConf: string;

before(async () => {
  world = new World();
  lab = new Lab();
  await lab.serveNames();
  resolvConf = join(world.directory, "resolv.conf");
});
after(async () => {
  await world.dispose();
  await lab.dispose();
});

const bundle = (...args: string[]): string =>
  world.bundle(args, (spec) => {
    within(spec, lab.path);
    spec.mounts.push({ destination: "/etc/resolv.conf", type: "bind", source: resolvConf, options: ["rbind", "rprivate"] });
  });
const inside = (command: string) => world.kata(["exec", "named", "sh", "-c", command]);
const lookUp = (name: string) => inside(`timeout 20 nslookup ${name} 127.0.0.11`);

test("the first instruction of a program can ask for names", async () => {
  writeFileSync(resolvConf, "nameserver 127.0.0.11\noptions ndots:0\n");
  const { code, stdout, stderr } = await world.kata(["run", "-b", bundle("nslookup", "one.test"), "first"]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /Address.*10\.9\.0\.99/);
});

test("there is none while no resolv.conf names it, and one when the engine writes it and changes the network", async () => {
  writeFileSync(resolvConf, "nameserver 10.9.0.1\n");
  await world.detached("named", bundle("sleep", "1000"));
  assert.doesNotMatch((await inside("timeout 3 nslookup one.test 127.0.0.11; netstat -an")).stdout, /10\.9\.0\.99|127\.0\.0\.11:/);
  writeFileSync(resolvConf, "nameserver 127.0.0.11\n");
  lab.ip("addr", "add", "10.9.0.3/24", "dev", "eth0");
  await until("names", async () => /10\.9\.0\.99/.test((await lookUp("two.test")).stdout));
});

test("questions by TCP are answered, several on one connection", async () => {
  // 26 bytes: length, header, the labels one and test, type A, class IN
  const asked = "\\0\\032\\1\\2\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3one\\4test\\0\\0\\1\\0\\1";
  const { stdout } = await inside(
    `(printf '${asked}'; sleep 1; printf '${asked}'; sleep 3) | timeout 20 nc 127.0.0.11 53 | hexdump -ve '1/1 "%02x"'`,
  );
  assert.equal(stdout.match(/0102818000010001/g)?.length, 2, stdout);
  assert.equal(stdout.match(/0a090063/g)?.length, 2, stdout);
});

test("a program of the container's may have port 53 on every address", async () => {
  const { stdout } = await inside("nc -l -p 53 >/dev/null & sleep 1; netstat -ltn; kill $!");
  assert.match(stdout, /0\.0\.0\.0:53|:::53/);
  assert.match((await lookUp("three.test")).stdout, /10\.9\.0\.99/);
});

test("questions without an answer do not keep others from theirs", async () => {
  await inside("for i in 1 2 3 4 5 6 7 8 9 10; do timeout 1 nslookup silent.test 127.0.0.11 & done; wait");
  assert.match((await lookUp("four.test")).stdout, /10\.9\.0\.99/);
});
