// The door of what the daemon and its hook script share: where the daemon is, and where payloads are kept while it is not there.
export {
  clearStalled,
  type Endpoint,
  type EndpointState,
  HOOK_TIME_LIMIT_SEC,
  isStalled,
  readEndpoint,
  removeEndpoint,
  spoolFolder,
  writeEndpoint,
} from './endpoint.ts';
export { answerToProbe, type ProbeAnswer, probe } from './probe.ts';
