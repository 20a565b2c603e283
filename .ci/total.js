// Adds up vitest's JSON reports and prints the one line a machine reads: `N passed, N failed`.
// Before it stands what failed, so that the end of a long output is all one has to read.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const [stepsFailed, ...files] = process.argv.slice(2);

/** One failure, with the first lines of each message and where in our own code it was thrown. */
function tell(file, title, messages) {
  console.log(`FAILED ${relative('.', file)} > ${title}`);
  for (const message of messages) {
    const lines = message.split('\n').filter(line => !line.includes('node_modules'));
    console.log(lines.slice(0, 20).join('\n').slice(0, 2000));
  }
}

/** A file that could not be read, or whose `beforeAll` failed, has no failed test in it, but failed it has. */
function count(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log(`${file}: no report, so the whole suite counts as one failure`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some(test => test.status === 'failed'),
  );
  for (const { name, assertionResults } of report.testResults) {
    for (const { status, fullName, failureMessages } of assertionResults) {
      if (status === 'failed') tell(name, fullName, failureMessages);
    }
  }
  for (const { name, message } of broken) tell(name, 'no test of it ran to its end', [message]);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests,
  };
}

const total = files.map(count).reduce((sum, next) => ({
  passed: sum.passed + next.passed,
  failed: sum.failed + next.failed,
  skipped: sum.skipped + next.skipped,
}));
// Something outside a test went wrong, such as an unhandled error: it must not pass as success.
if (stepsFailed !== '0' && total.failed === 0) total.failed = 1;
if (total.skipped > 0) console.log(`${total.skipped} skipped; what is missing is said above`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
