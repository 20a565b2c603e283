// The door of this room: Claude Code's settings with our hooks in them, and the hook those entries run.
export {
  InstallError,
  OptInError,
  SettingsAccessError,
  SettingsBusyError,
  SettingsShapeError,
  SettingsSyntaxError,
} from './errors.ts';
export { HOOK_EVENTS, type HookEvent, type HookForm, OLDEST_SUPPORTED } from './hook-events.ts';
export { type HookFileState, hookFile } from './hook-file.ts';
export {
  type Inspection,
  type InspectOptions,
  inspect,
  type ManagedInspection,
  type ScopeInspection,
} from './inspect.ts';
export {
  type Applied,
  applyPlan,
  type InstallOptions,
  type Plan,
  planDiff,
  planInstall,
  planUninstall,
} from './plan.ts';
export { SCOPES, type Scope } from './scope.ts';
export { findClaudeVersion, formatVersion, parseVersion, type Version } from './version.ts';
