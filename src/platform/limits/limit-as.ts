import { SetMetadata } from '@nestjs/common';

/**
 * How a route is limited, where that does not follow from its caller: not at all (`exempt`: probes, metrics), as files
 * for everybody (`public`: sitemaps, the JWKS), or with its failures counted per address and account on top (`credentials`).
 */
export type LimitClass = 'exempt' | 'public' | 'credentials';

export const LIMIT_CLASS = 'entrepot:limit-class';

export const LimitAs = (limitClass: LimitClass) => SetMetadata(LIMIT_CLASS, limitClass);
