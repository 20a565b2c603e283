// Sessions from before hookline are in a log of their own, which counts from 1 as well. On the page its seqs lie below those of the
// log: one number says which event it is, wherever it stands, and all of them sort as they happened.

const BELOW = 1e12;

/** Whether an event with this seq is of a session from before hookline. */
export const isPast = (seq: number): boolean => seq < 0;

/** The seq on the page of an event of that log. */
export const toPast = (seq: number): number => seq - BELOW;

/** The seq that an event has in the log it is in. */
export const seqInLog = (seq: number): number => (isPast(seq) ? seq + BELOW : seq);
