import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountDocument, AccountSchema } from './account.schema.js';
import { AccountsRepository } from './accounts.repository.js';
import { AccountsService } from './accounts.service.js';
import { ApiKeyDocument, ApiKeySchema } from './api-key.schema.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthController } from './auth.controller.js';

/** Who calls and what they may do. Its guards stand before every route, in the order `AppModule` gives them. */
@Global()
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: ApiKeyDocument.name, schema: ApiKeySchema },
      { name: AccountDocument.name, schema: AccountSchema },
    ]),
  ],
  controllers: [ApiKeysController, AuthController],
  providers: [ApiKeysRepository, ApiKeysService, AccountsRepository, AccountsService],
  exports: [ApiKeysService, AccountsService],
})
export class IdentityModule {}
