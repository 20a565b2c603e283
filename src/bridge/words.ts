// What did not work with a broker, in words for whoever set it up.
import { inWords, isSystemError } from '../system-error.ts';

/** What TLS finds wrong, by its codes, and what mends it. */
const OF_TLS: readonly { readonly codes: RegExp; readonly words: (found: string) => string }[] = [
  {
    codes:
      /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED)/,
    words: found =>
      `this machine does not know who signed the broker's certificate (${found}); name the file of their certificate as "ca" of the broker`,
  },
  {
    codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)/,
    words: found => `the broker's certificate is not valid now (${found}); renew it there`,
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID/,
    words: found => `the broker's certificate is for another host (${found}); use a host of it in the url`,
  },
  {
    codes: /WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG/,
    words: () => 'what listens there does not speak TLS; see scheme and port of the url',
  },
  {
    codes: /^ERR_SSL_\w*ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|BAD_CERTIFICATE|UNKNOWN_CA)/,
    words: found =>
      `the broker does not take who this is (${found}); name a certificate that it knows as "cert" and "key" of the broker`,
  },
];

/** Whoever connects says in words what did not work: nobody is helped by where in the code it was. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = String((error as { code?: unknown }).code ?? '');
  const ofTls = OF_TLS.find(({ codes }) => codes.test(code));
  if (ofTls !== undefined) return ofTls.words(error.message);
  return isSystemError(error) ? inWords(error) : error.message;
}

/** Schemes that have one with an `s` for TLS. */
const PLAIN = /^(amqp|mqtt|redis):$/;
/** How it is told that somebody was there and hung up. */
const HUNG_UP = /ECONNRESET|EPIPE|closed/;

/** The same of a broker that could not be connected to. */
export function wordsOfConnecting(error: unknown, { protocol }: URL): string {
  const words = wordsOf(error);
  if (!PLAIN.test(protocol) || !HUNG_UP.test(words)) return words;
  return `${words}; the broker may want TLS, which ${protocol.replace(':', 's://')} speaks`;
}
