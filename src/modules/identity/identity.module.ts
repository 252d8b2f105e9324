import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ScheduleRegistry } from '../../platform/scheduler/schedule-registry.js';
import { AccountDocument, AccountSchema } from './accounts/account.schema.js';
import { AccountController } from './accounts/account.controller.js';
import { AccountMails } from './accounts/account-mails.js';
import { AccountsRepository } from './accounts/accounts.repository.js';
import { AccountsService } from './accounts/accounts.service.js';
import { AuthController } from './accounts/auth.controller.js';
import { EmailTokenDocument, EmailTokenSchema } from './accounts/email-token.schema.js';
import { EmailTokensRepository } from './accounts/email-tokens.repository.js';
import { PasswordHasher } from './accounts/password-hasher.js';
import { PasswordsService } from './accounts/passwords.service.js';
import { RegistrationService } from './accounts/registration.service.js';
import { ApiKeyDocument, ApiKeySchema } from './api-keys/api-key.schema.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { AcceptanceController } from './invitations/acceptance.controller.js';
import { AcceptanceService } from './invitations/acceptance.service.js';
import { Credentials } from './credentials.js';
import { InvitationDocument, InvitationSchema } from './invitations/invitation.schema.js';
import { InvitationsRepository } from './invitations/invitations.repository.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { OrganisationInvitationsController } from './invitations/organisation-invitations.controller.js';
import { ShopInvitationsController } from './invitations/shop-invitations.controller.js';
import { IpAllowlist } from './ip-allowlist.js';
import { MembershipDocument, MembershipSchema } from './members/membership.schema.js';
import { MembershipsRepository } from './members/memberships.repository.js';
import { MembersService } from './members/members.service.js';
import { OrganisationMembersController } from './members/organisation-members.controller.js';
import { ShopMembersController } from './members/shop-members.controller.js';
import { OrganisationDocument, OrganisationSchema } from './organisations/organisation.schema.js';
import { OrganisationsController } from './organisations/organisations.controller.js';
import { OrganisationsRepository } from './organisations/organisations.repository.js';
import { OrganisationsService } from './organisations/organisations.service.js';
import { ExpiredLoginsRepository } from './sessions/expired-logins.repository.js';
import { PageSessions } from './sessions/page-sessions.js';
import { PrincipalsService } from './sessions/principals.service.js';
import { RefreshRotation } from './sessions/refresh-rotation.js';
import { RefreshTokenDocument, RefreshTokenSchema } from './sessions/refresh-token.schema.js';
import { RefreshTokensRepository } from './sessions/refresh-tokens.repository.js';
import { SessionDocument, SessionSchema } from './sessions/session.schema.js';
import { removeExpiredLogins, SessionRetentionProcessor } from './sessions/session-retention.job.js';
import { SessionTicketDocument, SessionTicketSchema } from './sessions/session-ticket.schema.js';
import { SessionTicketsRepository } from './sessions/session-tickets.repository.js';
import { SessionTicketsService } from './sessions/session-tickets.service.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { AccessTokensService } from './tokens/access-tokens.service.js';
import { JwksController } from './tokens/jwks.controller.js';
import { SigningKeyDocument, SigningKeySchema } from './tokens/signing-key.schema.js';
import { SigningKeysRepository } from './tokens/signing-keys.repository.js';
import { SigningKeysService } from './tokens/signing-keys.service.js';

const documents = [
  { name: AccountDocument.name, schema: AccountSchema },
  { name: ApiKeyDocument.name, schema: ApiKeySchema },
  { name: EmailTokenDocument.name, schema: EmailTokenSchema },
  { name: InvitationDocument.name, schema: InvitationSchema },
  { name: MembershipDocument.name, schema: MembershipSchema },
  { name: OrganisationDocument.name, schema: OrganisationSchema },
  { name: RefreshTokenDocument.name, schema: RefreshTokenSchema },
  { name: SessionDocument.name, schema: SessionSchema },
  { name: SessionTicketDocument.name, schema: SessionTicketSchema },
  { name: SigningKeyDocument.name, schema: SigningKeySchema },
];
const repositories = [
  AccountsRepository,
  ApiKeysRepository,
  EmailTokensRepository,
  ExpiredLoginsRepository,
  InvitationsRepository,
  MembershipsRepository,
  OrganisationsRepository,
  RefreshTokensRepository,
  SessionTicketsRepository,
  SessionsRepository,
  SigningKeysRepository,
];
const doors = [
  AccountsService,
  ApiKeysService,
  Credentials,
  InvitationsService,
  IpAllowlist,
  MembersService,
  OrganisationsService,
  SessionTicketsService,
  SigningKeysService,
];

/** Who calls and what they may do. Its guards stand before every route, in the order `AppModule` gives them. */
@Global()
@Module({
  imports: [MongooseModule.forFeature(documents)],
  controllers: [
    AuthController,
    AccountController,
    SessionsController,
    JwksController,
    ApiKeysController,
    OrganisationsController,
    ShopMembersController,
    OrganisationMembersController,
    ShopInvitationsController,
    OrganisationInvitationsController,
    AcceptanceController,
  ],
  providers: [
    ...repositories,
    ...doors,
    AcceptanceService,
    AccessTokensService,
    AccountMails,
    PasswordHasher,
    PageSessions,
    PasswordsService,
    PrincipalsService,
    RefreshRotation,
    RegistrationService,
    SessionRetentionProcessor,
    SessionsService,
  ],
  exports: doors,
})
export class IdentityModule {
  constructor(schedules: ScheduleRegistry) {
    schedules.add({
      ...{ cron: '20 */6 * * *', job: removeExpiredLogins, payload: {}, dryRun: true },
      description: 'Removes expired sessions and tokens that the database has not removed by itself.',
    });
  }
}
