import { StringField } from '../../../platform/http/fields.js';
import { LoginDto } from '../../identity/index.js';

const NextField = () => StringField({ optional: true, maxLength: 2_000 });

export class LoginQuery {
  @NextField() next?: string;
}

export class LoginFormDto extends LoginDto {
  @NextField() next?: string;
}
