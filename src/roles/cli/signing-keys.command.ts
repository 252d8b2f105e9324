import type { INestApplicationContext } from '@nestjs/common';
import { SigningKeysService } from '../../modules/identity/index.js';
import { print } from './context.js';

/**
 * Makes a new signing key for access tokens. Every instance takes it up by itself: published now, it signs in ten minutes,
 * and the old keys verify until their last token has expired. With `now`, after a theft, it signs at once and the tokens of
 * the old keys are void.
 */
export async function rotateSigningKeys(
  app: INestApplicationContext,
  options: { now?: boolean },
): Promise<void> {
  const keys = app.get(SigningKeysService, { strict: false });
  const { kid, activeFrom } = await keys.rotate({ immediately: options.now ?? false });
  print(JSON.stringify({ kid, activeFrom: activeFrom.toISOString() }));
}
