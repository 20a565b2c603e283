// A Mosquitto of the test's own: with users, with limits, to be killed and started again.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findProgram, freePorts, OwnServer, serverFolder } from './own-server.ts';

const PROGRAMS = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'];

const PLUGIN = 'mosquitto_dynamic_security.so';
const PLUGINS = [
  ...[`/usr/lib/x86_64-linux-gnu/${PLUGIN}`, `/usr/lib/aarch64-linux-gnu/${PLUGIN}`],
  ...[`/usr/lib/${PLUGIN}`, `/usr/local/lib/${PLUGIN}`, `/opt/homebrew/lib/${PLUGIN}`],
];

const find = (): string | undefined => findProgram('mosquitto', ...PROGRAMS);

/** Whether there is one to start; a line says so when there is not. */
export const hasMosquitto = (): boolean => find() !== undefined;

export interface MosquittoOptions {
  /** Further lines of its configuration. */
  readonly lines?: readonly string[];
  /** The one user it lets in. Default: everybody. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Who may do what, as its file of access rights has it: `topic readwrite #`. Default: everybody everything. */
  readonly rights?: readonly string[];
  /** A topic that nobody may subscribe to: its file of access rights looks at what is sent, and not at who asks for it. */
  readonly refused?: string;
}

/** The plugin with which a broker refuses subscriptions; undefined where it is not installed. */
export const dynamicSecurity = (): string | undefined => PLUGINS.find(file => fs.existsSync(file));

export class Mosquitto extends OwnServer {
  readonly port: number;
  /** `mqtt://127.0.0.1:<port>`. */
  readonly url: string;

  constructor(folder: string, port: number, { lines = [], user, rights, refused }: MosquittoOptions) {
    const file = (name: string): string => path.join(folder, name);
    super(folder, port, { program: find() ?? 'mosquitto', args: ['-c', file('mosquitto.conf')] });
    if (user !== undefined)
      execFileSync('mosquitto_passwd', ['-b', '-c', file('passwords'), user.name, user.password], {
        stdio: 'pipe',
      });
    const all = [
      // Else it gives up the rights to read what is here, when it has any to give up.
      ...['user root', `listener ${port} 127.0.0.1`, 'persistence true', `persistence_location ${folder}/`],
      ...(user === undefined ? ['allow_anonymous true'] : [`password_file ${file('passwords')}`]),
      ...(rights === undefined ? [] : [`acl_file ${file('rights')}`]),
      ...(refused === undefined
        ? []
        : [`plugin ${dynamicSecurity()}`, `plugin_opt_config_file ${file('security.json')}`]),
      ...lines,
    ];
    if (refused !== undefined) fs.writeFileSync(file('security.json'), JSON.stringify(allBut(refused)));
    fs.writeFileSync(file('mosquitto.conf'), `${all.join('\n')}\n`);
    this.port = port;
    this.url = `mqtt://127.0.0.1:${port}`;
    if (rights !== undefined) this.allow(...rights);
  }

  /** Gives other rights; they count once `reload` or a start has it read them. */
  allow(...rights: readonly string[]): void {
    fs.writeFileSync(path.join(this.folder, 'rights'), `${rights.join('\n')}\n`, { mode: 0o600 });
  }
}

/** Everybody may do everything but this. */
function allBut(topic: string): object {
  const [rolename, groupname] = ['anybody', 'everybody'];
  return {
    defaultACLAccess: {
      publishClientSend: true,
      publishClientReceive: true,
      subscribe: true,
      unsubscribe: true,
    },
    roles: [{ rolename, acls: [{ acltype: 'subscribeLiteral', topic, priority: 1, allow: false }] }],
    groups: [{ groupname, roles: [{ rolename }], clients: [] }],
    clients: [],
    anonymousGroup: groupname,
  };
}

/** It is taken away when the test file is done, if not before. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const [port = 0] = await freePorts(1);
  const broker = new Mosquitto(serverFolder('mosquitto'), port, options);
  await broker.start();
  return broker;
}
