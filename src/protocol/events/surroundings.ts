// Events about what surrounds the work: context, model, files and settings.
import { eventData, text, word } from './common.ts';

const trigger = word('`manual` or `auto`.');
const model = { from: word('The model before.'), to: word('The model after.') };
const path = word('The path, absolute.');

export const SURROUNDINGS_EVENTS = {
  'context.compacting': eventData('The conversation is about to be compacted.', {
    trigger,
    customInstructions: text('What the user asked the summary to keep.'),
  }),
  'context.compacted': eventData('The conversation was compacted.', {
    trigger,
    summary: text('What is left of it.'),
  }),
  'model.switching': eventData('The model is about to change.', model),
  'model.switched': eventData('The model changed.', model),
  'cwd.changed': eventData('The session moved to another directory.', {
    oldCwd: word('The directory before.'),
    newCwd: word('The directory after.'),
  }),
  'file.changed': eventData('A watched file changed on disk.', {
    path,
    changeType: word('`change`, `add` or `unlink`.'),
  }),
  'directory.added': eventData('The session may use one more directory.', {
    path,
    addedBy: text('How it was added, such as `slash_command`.'),
  }),
  'config.changed': eventData("One of the agent's settings files changed.", {
    configSource: word('`user_settings`, `project_settings`, ...'),
    path: text('Its path, absolute.'),
  }),
  'instructions.loaded': eventData('An instructions file such as CLAUDE.md was read.', {
    path,
    memoryType: word('`User`, `Project`, `Local` or `Managed`.'),
    loadReason: word('`session_start`, `nested_traversal`, `include`, `compact`, ...'),
    triggerPath: text('The file whose use led to it.'),
  }),
  'worktree.removed': eventData('A git worktree of the session was removed.', { path }),
  'setup.run': eventData('The agent ran its setup.', { trigger: word('`init` or `maintenance`.') }),
} as const;
