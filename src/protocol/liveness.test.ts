import assert from "node:assert/strict";
import { test } from "node:test";
import { Liveness } from "./liveness.ts";

/** A clock that moves by hand, one watched peer whose answers are given by hand too. */
function watched() {
  let now = 0;
  let due: { at: number; fn: () => void } | undefined;
  const probes: ((answered: boolean) => void)[] = [];
  const silent: number[] = [];
  const timers = {
    nowMs: () => now,
    after: (ms: number, fn: () => void) => {
      const mine = { at: now + ms, fn };
      due = mine;
      return () => {
        if (due === mine) due = undefined;
      };
    },
  };
  const probe = (): Promise<unknown> =>
    new Promise((resolve, reject) => probes.push((answered) => (answered ? resolve(undefined) : reject(new Error("late")))));
  const liveness = new Liveness(timers, { probe, quietMs: 10, patienceMs: 20 }, (ms) => silent.push(ms));
  const pass = async (ms: number): Promise<void> => {
    now += ms;
    const { at, fn } = due ?? { at: Number.POSITIVE_INFINITY, fn: () => {} };
    if (at <= now) {
      due = undefined;
      fn();
    }
    await new Promise((resume) => setImmediate(resume));
  };
  return { liveness, probes, silent, pass, armed: () => due !== undefined };
}

test("nothing runs while nobody waits", () => {
  const { liveness, armed } = watched();
  assert.equal(armed(), false);
  liveness.begin();
  liveness.begin();
  liveness.end();
  assert.equal(armed(), true);
  liveness.end();
  assert.equal(armed(), false);
});

test("a peer that says something is not asked, one that is quiet is, and goes on when it answers", async () => {
  const { liveness, probes, silent, pass, armed } = watched();
  liveness.begin();
  await pass(9);
  liveness.heard();
  await pass(1);
  assert.equal(probes.length, 0);
  await pass(9);
  assert.equal(probes.length, 1);
  probes[0]?.(true);
  await pass(0);
  assert.deepEqual([silent, armed()], [[], true]);
});

test("a peer that answers nothing in its time is silent, also when it is asked again", async () => {
  const { liveness, probes, silent, pass } = watched();
  liveness.begin();
  await pass(10);
  await pass(20);
  probes[0]?.(false);
  await pass(0);
  assert.deepEqual(silent, [30]);
  await pass(10);
  await pass(20);
  probes[1]?.(false);
  await pass(0);
  assert.deepEqual(silent, [30, 60]);
});

test("an answer to somebody else while it is asked is a sign of life", async () => {
  const { liveness, probes, silent, pass } = watched();
  liveness.begin();
  await pass(10);
  await pass(15);
  liveness.heard();
  await pass(5);
  probes[0]?.(false);
  await pass(0);
  assert.deepEqual(silent, []);
});
