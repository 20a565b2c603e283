// Whether a client has its inbox open, as far as that shows without knocking.
import fs from 'node:fs';
import type { SessionFile } from '../watch/session-files.ts';

/** What cleans up temporary folders may have taken the socket away. */
export const hasInbox = ({ messagingSocketPath: socket }: SessionFile): boolean =>
  socket !== undefined && fs.existsSync(socket);
