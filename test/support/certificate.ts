/** A certificate that signs itself, for `localhost` and 127.0.0.1, of a key that is made with it. */
import { generateKeyPairSync, sign } from 'node:crypto';

export interface Certificate {
  /** Both as PEM. */
  readonly cert: string;
  readonly key: string;
}

export function selfSigned(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(Tag.Set, sequence(oid('550403'), der(Tag.Utf8String, Buffer.from('localhost')))));
  const validity = sequence(...['200101000000Z', '491231235959Z'].map((time) => der(Tag.UtcTime, Buffer.from(time))));
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.of(127, 0, 0, 1)));
  const authority = sequence(der(Tag.Boolean, Buffer.of(0xff)));
  const extensions = sequence(
    sequence(oid('551d11'), der(Tag.OctetString, names)),
    sequence(oid('551d13'), der(Tag.Boolean, Buffer.of(0xff)), der(Tag.OctetString, authority)),
  );
  const body = sequence(
    der(0xa0, der(Tag.Integer, Buffer.of(2))),
    der(Tag.Integer, Buffer.of(1)),
    ECDSA_WITH_SHA256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(Tag.BitString, Buffer.of(0), sign('sha256', body, privateKey));
  const base64 = sequence(body, ECDSA_WITH_SHA256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const enum Tag {
  Boolean = 0x01,
  Integer = 0x02,
  BitString = 0x03,
  OctetString = 0x04,
  Oid = 0x06,
  Utf8String = 0x0c,
  UtcTime = 0x17,
  Sequence = 0x30,
  Set = 0x31,
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(Tag.Sequence, ...parts);
}

function oid(hex: string): Buffer {
  return der(Tag.Oid, Buffer.from(hex, 'hex'));
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
