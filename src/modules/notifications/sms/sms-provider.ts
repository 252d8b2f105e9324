/** Who takes messages to phones. Another provider is another class that extends it. */
export abstract class SmsProvider {
  /**
   * Hands a message over. Returns what the provider calls it.
   * @param id the notification's, for what the provider tells of it later
   * @param to E.164
   * @throws SendFault
   */
  abstract send(id: string, to: string, text: string): Promise<string>;
}
