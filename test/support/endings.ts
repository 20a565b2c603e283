// What test support clears away when a test, or its file, is over. One process runs many files: a hook that a module registers
// while it is loaded would run for the first of them only, so `guard.ts`, which is run for each, calls what is listed here.
type Work = () => unknown;

const afterTests: Work[] = [];
const afterFiles: Work[] = [];

/** Lets `work` run after every test of every file, also those that left nothing to clear away; after the test's own hooks. */
export const afterEveryTest = (work: Work): unknown => afterTests.push(work);

/** The same once a file is over. */
export const afterEveryFile = (work: Work): unknown => afterFiles.push(work);

/** For `guard.ts` alone. */
export const testEnds = (): Promise<void> => runAll(afterTests);
export const fileEnds = (): Promise<void> => runAll(afterFiles);

async function runAll(works: readonly Work[]): Promise<void> {
  for (const work of works) await work();
}
