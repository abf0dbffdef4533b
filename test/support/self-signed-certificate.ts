import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate that only those trust who are told to, and its key. */
export interface SelfSignedCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for this machine that signs itself, valid for a day. */
export function selfSignedCertificate(): SelfSignedCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  });
  const content = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    name('loopback'),
    der(0x30, time(-1), time(1)),
    name('loopback'),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, ALTERNATIVE_NAME)),
  );
  const signature = sign('sha256', content, privateKey);
  const certificate = der(
    0x30,
    content,
    ECDSA_WITH_SHA256,
    der(0x03, Buffer.from([0]), signature),
  );
  const base64 = certificate.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));

/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = der(0x30, oid('2a8648ce3d040302'));

/** 2.5.29.17, with the address 127.0.0.1 and its name. */
const ALTERNATIVE_NAME = der(
  0x30,
  oid('551d11'),
  der(
    0x04,
    der(
      0x30,
      der(0x82, Buffer.from('localhost')),
      der(0x87, Buffer.from([127, 0, 0, 1])),
    ),
  ),
);

/** 2.5.4.3, the common name. */
function name(text: string): Buffer {
  const attribute = der(0x30, oid('550403'), der(0x0c, Buffer.from(text)));
  return der(0x30, der(0x31, attribute));
}

function time(inDays: number): Buffer {
  const at = new Date(Date.now() + inDays * 86_400_000).toISOString();
  return der(0x17, Buffer.from(`${at.replace(/\D/g, '').slice(2, 14)}Z`));
}
