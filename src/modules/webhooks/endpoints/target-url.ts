import { AppError, invalidField } from '../../../kernel/errors.js';
import type { AddressRule } from '../../../platform/outbound/address-rule.js';

/**
 * The URL of an endpoint in its normal form: `http://127.1` is seen for what it is. Names are looked up when a
 * delivery connects, since what they mean may change.
 * @throws AppError `validation_failed`
 */
export function targetUrl(text: string, rule: AddressRule): string {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw invalid('must be an http or https URL');
  if (url.username || url.password)
    throw invalid('must not carry credentials; deliveries are signed instead');
  if (url.hash) throw invalid('must not have a fragment, which is never sent');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const address = /(^|\.)localhost\.?$/.test(host) ? '127.0.0.1' : host;
  const refusal = /^[\d.]+$|:/.test(address) ? rule.refusal(address) : undefined;
  if (refusal) throw invalid(`must be on the public internet; ${host} is not (${refusal})`);
  return url.href;
}

function invalid(message: string): AppError {
  return invalidField('url', 'url', message);
}
