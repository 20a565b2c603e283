// Adds up vitest's JSON reports and prints the one line a machine reads: `N passed, N failed`.
import { readFileSync } from 'node:fs';

const [stepsFailed, ...files] = process.argv.slice(2);

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
