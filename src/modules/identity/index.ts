export { IdentityModule } from './identity.module.js';
export { AccountsService } from './accounts.service.js';
export { ApiKeysService } from './api-keys.service.js';
export { IdentifyGuard } from './identify.guard.js';
export { AccessGuard } from './access.guard.js';
