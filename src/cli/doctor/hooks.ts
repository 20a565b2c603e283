// Whether Claude Code will call our hooks: settings that parse, entries that are current, and nothing in their way.
import type { Inspection, ScopeInspection } from '../../agents/claude-code/install/index.ts';
import { selfCommand } from '../invocation.ts';
import { plural } from '../text/amount.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

export function checkHooks(inspection: Inspection): Finding[] {
  return [
    ...inspection.scopes.flatMap(checkSettings),
    checkEntries(inspection.scopes),
    ...inspection.scopes.flatMap(checkDisabled),
    ...checkManaged(inspection),
    checkHookFile(inspection),
  ];
}

const ours = ({ present, stale }: ScopeInspection): boolean => present.length + stale.length > 0;

/** The user's settings always; those of the project only when they are there. */
function checkSettings(scope: ScopeInspection): Finding[] {
  const check = `${scope.scope} settings`;
  if (scope.problem !== undefined) return [fail(check, scope.problem, `Mend ${scope.file} by hand.`)];
  if (!scope.exists) return scope.scope === 'user' ? [ok(check, `${scope.file} does not exist yet`)] : [];
  if (scope.plainJson) return [ok(check, scope.file)];
  const found = `${scope.file} has comments or trailing commas, and Claude Code ignores such a file`;
  return [(ours(scope) ? fail : warn)(check, found, 'Take them out; the file has to be plain JSON.')];
}

function checkEntries(scopes: readonly ScopeInspection[]): Finding {
  const having = scopes.filter(ours);
  const others = [...new Set(scopes.flatMap(({ otherHomes }) => otherHomes))];
  const beside =
    others.length === 0 ? '' : ` (beside those of another hookline, with its home in ${others.join(', ')})`;
  if (having.length === 0)
    return fail('hooks', `No hooks are installed${beside}`, `Install them: ${selfCommand()} install`);
  const old = having.find(({ missing, stale }) => missing.length + stale.length > 0);
  if (old !== undefined) {
    const events = [...new Set([...old.missing, ...old.stale])].join(', ');
    return warn(
      'hooks',
      `The hooks in ${old.file} are not current: ${events}`,
      `Bring them up to date: ${selfCommand()} install --scope ${old.scope}`,
    );
  }
  const places = having.map(({ present, file }) => `${plural(present.length, 'event')} in ${file}`);
  return ok('hooks', `${places.join(', ')}${beside}`);
}

function checkDisabled({ scope, file, disableAllHooks }: ScopeInspection): Finding[] {
  if (!disableAllHooks) return [];
  return [
    fail(`${scope} settings`, `"disableAllHooks" in ${file} turns every hook off`, `Take it out of ${file}.`),
  ];
}

function checkManaged({ managed }: Inspection): Finding[] {
  const { file, exists, problem, allowManagedHooksOnly, disableAllHooks } = managed;
  const ask = "Ask whoever administers this machine; hooks of one's own cannot run until that changes.";
  if (disableAllHooks)
    return [fail('managed settings', `"disableAllHooks" in ${file} turns every hook off`, ask)];
  if (allowManagedHooksOnly) {
    return [fail('managed settings', `"allowManagedHooksOnly" in ${file} keeps our hooks from running`, ask)];
  }
  if (problem !== undefined) return [warn('managed settings', problem, ask)];
  return exists ? [ok('managed settings', `${file} lets our hooks run`)] : [];
}

function checkHookFile({ hook }: Inspection): Finding {
  if (hook.state === 'current') return ok('hook file', hook.file);
  const words = {
    missing: 'is missing',
    different: 'is of another version, or was changed',
    'not executable': 'cannot be executed',
  }[hook.state];
  return fail('hook file', `${hook.file} ${words}`, `Put it in place: ${selfCommand()} install`);
}
