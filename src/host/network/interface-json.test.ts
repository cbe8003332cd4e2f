import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fault } from "../../base/fault.ts";
import { decodeInterface, encodeInterface } from "../../protocol/gen/agent.ts";
import { interfaceJson, parseInterface, parseRoutes } from "./interface-json.ts";

test("parseInterface() takes Kata 1.x's names in any case", () => {
  const json = {
    Device: "eth1",
    Name: "data",
    IPAddresses: [
      { Family: 0, Address: "10.0.0.2", Mask: "24" },
      { family: 1, address: "fd00::2", mask: 64 },
    ],
    Mtu: 1400,
    HwAddr: "02:00:00:00:00:01",
    LinkType: "veth",
    PciAddr: "",
    RawFlags: 0,
  };
  assert.deepEqual(parseInterface(JSON.stringify(json)), {
    device: "eth1",
    name: "data",
    hwAddr: "02:00:00:00:00:01",
    mtu: 1400,
    ipAddresses: [
      { family: 0, address: "10.0.0.2", mask: "24" },
      { family: 1, address: "fd00::2", mask: "64" },
    ],
    type: "veth",
    rawFlags: 0,
  });
});

test("an interface is named by device or name", () => {
  const of = (text: string): unknown[] => [parseInterface(text).device, parseInterface(text).name];
  assert.deepEqual(of('{"name":"eth1"}'), ["eth1", "eth1"]);
  assert.deepEqual(of('{"device":"eth1"}'), ["eth1", "eth1"]);
  assert.throws(() => parseInterface("{}"), /device is missing/);
});

test("what is wrong is named", () => {
  for (const [text, reason] of [
    ["", /is no JSON/],
    ["[]", /must be a JSON object/],
    ['{"device":1}', /device is 1, must be a text/],
    ['{"device":"e","mtu":-1}', /mtu is -1, must be a whole number/],
    ['{"device":"e","bandwidth":1}', /"bandwidth" is unknown/],
    ['{"device":"e","IPAddresses":{}}', /IPAddresses: must be a JSON array/],
    ['{"device":"e","IPAddresses":[{"address":"10.0.0.1","mask":"33"}]}', /10\.0\.0\.1\/33/],
    ['{"device":"e","hwAddr":"2:0"}', /hardware address "2:0"/],
  ] as const)
    assert.throws(() => parseInterface(text), reason);
  assert.throws(() => parseRoutes('[{"dest":"10.0.0.0/40"}]'), /10\.0\.0\.0\/40/);
  assert.throws(() => parseRoutes('[{"dest":"","family":"v5"}]'), /family is "v5"/);
  assert.throws(() => parseRoutes('[{"gateway":"here"}]'), /"here"/);
});

test("a route's family follows from its addresses when it is not said", () => {
  const families = parseRoutes('[{"gateway":"10.0.0.1"},{"dest":"2001:db8::/32"},{"family":"v6"},{"family":1,"dest":""}]');
  assert.deepEqual(
    families.map(({ family }) => family),
    [0, 1, 1, 1],
  );
});

test("what interfaceJson() writes parseInterface() reads", () => {
  const wish = parseInterface('{"device":"eth1","mtu":9000,"IPAddresses":[{"address":"10.0.0.2","mask":"24"}],"raw_flags":128}');
  const full = decodeInterface(encodeInterface(wish));
  assert.deepEqual(parseInterface(JSON.stringify(interfaceJson(full))), wish);
});

test("whatever comes, it is parsed or a Fault", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      for (const parse of [parseInterface, parseRoutes]) {
        try {
          parse(text);
        } catch (error) {
          assert.ok(error instanceof Fault);
        }
      }
    }),
  );
});
