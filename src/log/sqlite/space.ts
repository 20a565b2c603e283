// What a database takes up on the disk, and how much of that is empty.
import fs from 'node:fs';
import type { Space } from '../store.ts';
import type { Database } from './driver.ts';

const SQL = `SELECT f.freelist_count * s.page_size, v.user_version
  FROM pragma_freelist_count f, pragma_page_size s, pragma_user_version v`;

export function spaceOf(database: Database, file: string): Space {
  const [freeBytes, schema] = database.prepare(SQL).rows()[0] ?? [];
  const bytes = [file, `${file}-wal`].reduce((sum, one) => sum + sizeOf(one), 0);
  return { file, bytes, freeBytes: Number(freeBytes ?? 0), schema: Number(schema ?? 0) };
}

const sizeOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
