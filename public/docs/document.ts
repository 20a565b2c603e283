// The AsyncAPI document that the daemon serves, as far as the page reads it.

export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

export interface Message {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly payload: Schema;
  readonly examples: readonly { readonly name: string; readonly payload: unknown }[];
  readonly tags: readonly { readonly $ref: string }[];
  readonly bindings?: { readonly http?: { readonly statusCode?: number } };
  readonly 'x-replies'?: readonly string[];
  readonly 'x-errors'?: readonly string[];
}

export interface Channel {
  readonly address: string;
  readonly title: string;
  readonly summary: string;
  readonly description: string;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly needs: string;
  readonly summary: string;
}

export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
  readonly description: string;
  readonly configurable: boolean;
}

interface Described {
  readonly code: string;
  readonly description: string;
}

export interface ProtocolDocument {
  readonly info: { readonly version: string; readonly description: string };
  readonly channels: Readonly<Record<'stream' | 'events' | 'hook', Channel>>;
  readonly operations: { readonly receiveRequest: { readonly description: string } };
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, { readonly description: string }>>;
  };
  readonly 'x-http-routes': readonly Route[];
  readonly 'x-limits': readonly Limit[];
  readonly 'x-error-codes': readonly Described[];
  readonly 'x-resume-reasons': readonly Described[];
  readonly 'x-close-codes': readonly (Described & { readonly name: string })[];
  readonly 'x-http-errors': readonly { readonly code: string; readonly status: number }[];
}
