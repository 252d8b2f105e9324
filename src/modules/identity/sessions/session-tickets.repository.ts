import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, trusted } from 'mongoose';
import { SessionTicketDocument } from './session-ticket.schema.js';

@Injectable()
export class SessionTicketsRepository {
  constructor(
    @InjectModel(SessionTicketDocument.name) private readonly tickets: Model<SessionTicketDocument>,
  ) {}

  async insert(ticket: SessionTicketDocument): Promise<void> {
    await new this.tickets(ticket).save();
  }

  /** Takes a ticket out, so that of two sockets one gets it. */
  async take(hash: string): Promise<SessionTicketDocument | null> {
    return this.tickets
      .findOneAndDelete({ _id: hash, expiresAt: trusted({ $gt: new Date() }) })
      .lean<SessionTicketDocument>();
  }
}
