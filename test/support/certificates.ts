// Certificates of a test's own: somebody who signs, and what they signed, made by openssl.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { findProgram } from './own-server.ts';

/** Files in PEM. */
export interface Certificates {
  /** Of who signed `cert`. */
  readonly ca: string;
  /** For `host`, and its key. */
  readonly cert: string;
  readonly key: string;
}

/** Whether they can be made here; a line says so when not. */
export const hasOpenssl = (): boolean => findProgram('openssl') !== undefined;

/**
 * @param folder where they are kept
 * @param name what the signer is called; two of one name are still two
 * @param host an address or a name that the certificate is for
 */
export function makeCertificates(folder: string, name: string, host = '127.0.0.1'): Certificates {
  const file = (kind: string): string => path.join(folder, `${name}-${kind}.pem`);
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { stdio: 'pipe', env: { PATH: process.env['PATH'], HOME: folder } });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const kind = /^[\d.:]+$/.test(host) ? 'IP' : 'DNS';
  openssl(
    ...['req', '-x509', ...newKey, '-subj', `/CN=hookline test ${name}`],
    ...['-keyout', file('ca-key'), '-out', file('ca')],
  );
  openssl(
    ...['req', '-x509', ...newKey, '-subj', `/CN=${host}`, '-addext', `subjectAltName=${kind}:${host}`],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-CA', file('ca'), '-CAkey', file('ca-key'), '-keyout', file('key'), '-out', file('cert')],
  );
  return { ca: file('ca'), cert: file('cert'), key: file('key') };
}
