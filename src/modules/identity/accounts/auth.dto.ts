import { ApiProperty } from '@nestjs/swagger';
import { PRINCIPAL_ROLES, type PrincipalRole } from '../../../platform/http/access.js';
import { StringField } from '../../../platform/http/fields.js';
import { MembershipDto } from '../members/members.dto.js';
import { EmailField } from './email.field.js';
import { MAX_LENGTH, MIN_LENGTH } from './password-policy.js';

/** A password as it is typed to log in. */
const PasswordField = () =>
  StringField({ minLength: 1, maxLength: MAX_LENGTH, format: 'password', example: 'correct horse battery' });

/** A password that somebody chooses. */
export const NewPasswordField = () =>
  StringField({
    minLength: MIN_LENGTH,
    maxLength: MAX_LENGTH,
    format: 'password',
    example: 'correct horse battery',
    description: 'At least ten characters of any kind; those that are guessed first are refused',
  });

/** A code out of a mail. */
export const CodeField = () =>
  StringField({
    minLength: 10,
    maxLength: 100,
    example: 'Xk2vP0aQ7s',
    description: 'The code from the mail',
  });

export class LoginDto {
  @StringField({ minLength: 3, maxLength: 254, format: 'email', example: 'sam@example.com' }) email: string;
  @PasswordField() password: string;
}

export class RegisterDto {
  @EmailField() email: string;
  @NewPasswordField() password: string;
}

export class CodeDto {
  @CodeField() token: string;
}

export class RefreshDto {
  @StringField({ minLength: 1, maxLength: 200, description: 'The newest refresh token of the session' })
  refreshToken: string;
}

export class ForgotPasswordDto {
  @EmailField() email: string;
}

export class ResetPasswordDto extends CodeDto {
  @NewPasswordField() newPassword: string;
}

export class ChangePasswordDto {
  @PasswordField() currentPassword: string;
  @NewPasswordField() newPassword: string;
}

export class TokensDto {
  @ApiProperty({ description: 'Send it as `Authorization: Bearer …`' }) accessToken: string;
  @ApiProperty({ type: 'integer', example: 900, description: 'Seconds until the access token expires' })
  expiresIn: number;
  @ApiProperty({ description: 'Exchange it once at `/api/auth/refresh`; it is void then' })
  refreshToken: string;
  @ApiProperty({
    type: 'integer',
    example: 2_592_000,
    description: 'Seconds until the refresh token expires',
  })
  refreshExpiresIn: number;
}

export class MailSentDto {
  @ApiProperty({ example: 'If this address can be used, a mail is on its way.' }) message: string;
}

export class AccountDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ example: 'sam@example.com' }) email: string;
  @ApiProperty({ enum: PRINCIPAL_ROLES }) role: PrincipalRole;
  @ApiProperty() createdAt: Date;
  @ApiProperty({ type: [MembershipDto], description: 'The shops and organisations of the account' })
  memberships: MembershipDto[];
}
