import type { Failure } from '../kernel/result.ts';

/** What OpenSSL and Node call it, and what it means to the one who wants to connect. */
const told: readonly (readonly [RegExp, (host: string, names: string) => Omit<Failure, 'code'>])[] = [
  [/^CERT_HAS_EXPIRED$/, (host) => ({ because: `the certificate of ${host} has expired`, advice: 'it has to be renewed on the server' })],
  [/^CERT_NOT_YET_VALID$/, (host) => ({ because: `the certificate of ${host} is not valid yet`, advice: "check this machine's clock and the server's" })],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, (host, names) => ({ because: `the certificate of ${host} was made for other names${names === '' ? '' : ` (${names})`}`, advice: 'use the name or address that it was made for' })],
  [/^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_SIGNATURE_FAILURE)$/, (host) => ({ because: `nobody who is trusted has signed the certificate of ${host}`, advice: 'name the certificate of its authority with --ca' })],
  [/CERTIFICATE_REQUIRED|BAD_CERTIFICATE$|HANDSHAKE_FAILURE/, (host) => ({ because: `${host} wants a client certificate`, advice: 'name one with --cert and --key' })],
  [/ALERT_UNKNOWN_CA|ALERT_CERTIFICATE_(EXPIRED|REVOKED|UNKNOWN)|ALERT_UNSUPPORTED_CERTIFICATE|ALERT_ACCESS_DENIED/, (host) => ({ because: `${host} does not accept the client certificate`, advice: 'give one that its authority signed and that has not expired' })],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/, (host) => ({ because: `${host} does not speak TLS`, advice: 'try http:// instead of https://' })],
  [/^HPE_INVALID_/, (host) => ({ because: `${host} answers something that is not HTTP`, advice: 'try https:// instead of http://' })],
];

/** What went wrong between two programs that wanted to speak in private; undefined when it is none of this. */
export function tlsFailure(code: string, host: string, error: { readonly message: string; readonly cert?: { readonly subjectaltname?: string } }): Failure | undefined {
  for (const [pattern, tell] of told) if (pattern.test(code)) return { code: 'LAB_TLS', ...tell(host, error.cert?.subjectaltname ?? '') };
  return /CERT|TLS|SSL|SELF_SIGNED|ISSUER/.test(code) ? { code: 'LAB_TLS', because: `${host}: ${error.message.trim()}`, advice: 'check the certificate and whether the address should be http:// or https://' } : undefined;
}

/** The handshake went well, and then the server closed without a word: it has looked at who came. */
export function refusedVisitor(host: string, withCertificate: boolean): Failure | undefined {
  return tlsFailure(withCertificate ? 'ALERT_ACCESS_DENIED' : 'CERTIFICATE_REQUIRED', host, { message: '' });
}
