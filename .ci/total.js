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

/** The report of a suite; one that left none counts as one failure. */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log(`${file}: no report, so the whole suite counts as one failure`);
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, testResults: [] };
  }
}

/** A file that could not be read, or whose `beforeAll` failed, has no failed test in it, but failed it has. */
const brokenFiles = ({ testResults }) =>
  testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some(test => test.status === 'failed'),
  );

function tellFailures(report) {
  for (const { name, assertionResults } of report.testResults)
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') tell(name, fullName, failureMessages);
  for (const { name, message } of brokenFiles(report))
    tell(name, 'not all of it could run; see above', [message]);
}

const reports = files.map(readReport);
reports.forEach(tellFailures);
const total = { passed: 0, failed: 0, skipped: 0 };
for (const report of reports) {
  total.passed += report.numPassedTests;
  total.failed += report.numFailedTests + brokenFiles(report).length;
  total.skipped += report.numPendingTests;
}
// Something outside a test went wrong, such as an unhandled error: it must not pass as success.
if (stepsFailed !== '0' && total.failed === 0) total.failed = 1;
if (total.skipped > 0) console.log(`${total.skipped} skipped; what is missing is said above`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
