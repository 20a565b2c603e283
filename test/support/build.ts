// Builds dist/ once before a suite, so that tests which start the real CLI never run yesterday's code.
import { execFileSync } from 'node:child_process';

export default function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
