// How a daemon shows that it holds the main token without showing the token: an answer good for one question and one address.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is claimed with a proof: this process, reached at this address, holds the token. */
export interface Claim {
  /** 64 hex digits that nobody was asked before. */
  readonly challenge: string;
  readonly pid: number;
  /**
   * The daemon's end of the connection that the question came over, as both ends see it. Somebody in between, who asks the
   * daemon in its turn, has a connection to another address, and the answer is of no use to him.
   */
  readonly address: string;
  readonly port: number;
}

/** The form of challenges and of proofs. */
export const PROOF: RegExp = /^[0-9a-f]{64}$/;

export const newChallenge = (): string => randomBytes(32).toString('hex');

/** 64 hex digits that only the holder of the token can have made. */
export function proofOf(token: string, claim: Claim): string {
  return sign(token, claim).toString('hex');
}

/** Whether a proof is that of the holder of this token. */
export function isProven(proof: string, token: string, claim: Claim): boolean {
  return PROOF.test(proof) && timingSafeEqual(Buffer.from(proof, 'hex'), sign(token, claim));
}

function sign(token: string, { challenge, pid, address, port }: Claim): Buffer {
  // A socket that takes both families names an IPv4 address in the form of IPv6.
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*/, '');
  // The first line keeps it apart from everything else that is signed with the token, such as cookies.
  return createHmac('sha256', token)
    .update(`hookline proof\n${challenge}\n${pid}\n${plain}\n${port}`)
    .digest();
}
