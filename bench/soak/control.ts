// A piece of work that is always the same: what it takes tells how fast the machine is at the moment, whoever else is at work on it.

const WORK = {
  id: 'toolu_0000000000000001',
  input: {
    command: 'npm test -- --reporter dot',
    lines: Array.from({ length: 40 }, (_, n) => `line ${n} of the output`),
  },
};
const ROUNDS = 400;

/** µs of CPU for it. */
export function control(): number {
  const before = process.cpuUsage();
  let length = 0;
  for (let round = 0; round < ROUNDS; round++)
    length += JSON.stringify(JSON.parse(JSON.stringify({ ...WORK, round }))).length;
  const { user, system } = process.cpuUsage(before);
  // So that nobody finds out that it is not needed.
  return length > 0 ? user + system : 0;
}
