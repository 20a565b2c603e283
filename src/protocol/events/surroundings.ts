// Events about what surrounds the work: context, model, files and settings.
import { eventData, text } from './common.ts';

const trigger = text('`manual` or `auto`.');
const model = { from: text('The model before.'), to: text('The model after.') };
const path = text('The path, absolute.');

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
    oldCwd: text('The directory before.'),
    newCwd: text('The directory after.'),
  }),
  'file.changed': eventData('A watched file changed on disk.', {
    path,
    changeType: text('`change`, `add` or `unlink`.'),
  }),
  'directory.added': eventData('The session may use one more directory.', {
    path,
    addedBy: text('How it was added, such as `slash_command`.'),
  }),
  'config.changed': eventData("One of the agent's settings files changed.", {
    configSource: text('`user_settings`, `project_settings`, ...'),
    path,
  }),
  'instructions.loaded': eventData('An instructions file such as CLAUDE.md was read.', {
    path,
    memoryType: text('`User`, `Project`, `Local` or `Managed`.'),
    loadReason: text('`session_start`, `nested_traversal`, `include`, `compact`, ...'),
    triggerPath: text('The file whose use led to it.'),
  }),
  'worktree.removed': eventData('A git worktree of the session was removed.', { path }),
  'setup.run': eventData('The agent ran its setup.', { trigger: text('`init` or `maintenance`.') }),
} as const;
