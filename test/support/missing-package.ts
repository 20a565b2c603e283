// A machine on which a package was not installed.

const asModule = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

/** What to put into the environment of Node so that it finds everything but this package. */
export function withoutPackage(name: string): { NODE_OPTIONS: string } {
  const hook = `export async function resolve(specifier, context, next) {
    if (specifier === '${name}') throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    return next(specifier, context);
  }`;
  const script = `import { register } from 'node:module'; register(${JSON.stringify(asModule(hook))});`;
  return { NODE_OPTIONS: `--import=${asModule(script)}` };
}
