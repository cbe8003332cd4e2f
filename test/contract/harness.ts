/** The little that contract suites need of a test framework: they run under Node and in programs on our engine. */

export interface Harness {
  test(name: string, body: () => Promise<void>): void;
}

export class ContractBroken extends Error {}

export function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new ContractBroken(what);
}

export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  expect(a === e, `${what}: expected ${e}, was ${a}`);
}

/** The error that `promise` rejects with. */
export async function expectRejects(promise: Promise<unknown>, what: string): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new ContractBroken(`${what}: did not fail`);
}
