// Settles under which epoch a database goes on, and leaves word of this opening in it and beside it.
import { randomUUID } from 'node:crypto';
import { StoreDamagedError } from './damage.ts';
import type { Database } from './driver.ts';
import { GenerationFile, readGenerationFile } from './generation-file.ts';
import { type EpochEnd, placeOf, whyAllNew, whyNewEpoch } from './identity.ts';
import type { Meta } from './meta.ts';
import { transaction } from './transaction.ts';

export interface Opening {
  readonly file: string;
  /** How the file looked before it was opened, see `sealOf`. */
  readonly seal: string;
  /** The last seq it knows of. */
  readonly head: number;
  /** This run of the operating system; undefined where it cannot be known. */
  readonly boot: string | undefined;
}

export interface Settled {
  readonly epoch: string;
  /** Why the epoch before this one ended, if it did. */
  readonly epochEnd: EpochEnd | undefined;
  /** Sees what is committed from now on. */
  readonly generationFile: GenerationFile;
}

/**
 * All of it is on the disk when it returns, if `synchronous` is FULL.
 *
 * @throws StoreDamagedError, the driver's and the file system's errors
 */
export function settle(database: Database, meta: Meta, { file, seal, head, boot }: Opening): Settled {
  const remembered = meta.remembered();
  const before = readGenerationFile(file);
  const place = placeOf(file);
  const found = { witness: before, place, boot: boot ?? remembered?.boot ?? '', head };
  const epochEnd = remembered ? whyNewEpoch(remembered, found) : whyAllNew(found);
  // Reading all of it takes seconds when it is large, so what is as we left it is believed to be whole.
  if (epochEnd || (remembered?.clean && before?.seal !== seal)) checkAll(database);
  const epoch = remembered && !epochEnd ? remembered.epoch : randomUUID();
  const instance = randomUUID();
  const generationFile = new GenerationFile(file, instance, head);
  try {
    transaction(database, () => {
      const facts = { epoch, instance, witness: generationFile.fileId, place, boot: found.boot, clean: '0' };
      for (const [key, value] of Object.entries(facts)) meta.put(key, value);
    });
    generationFile.stand();
  } catch (error) {
    generationFile.leave();
    throw error;
  }
  return { epoch, epochEnd, generationFile };
}

/** Reads everything. @throws StoreDamagedError */
export function checkAll(database: Database): void {
  const [problem] = database.prepare('PRAGMA quick_check(1)').rows()[0] ?? [];
  if (problem !== 'ok') throw new StoreDamagedError(String(problem));
}
