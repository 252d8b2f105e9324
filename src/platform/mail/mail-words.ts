/** The words that the layout adds to what a mail says. */
export interface LayoutWords {
  orCode: string;
  unsubscribe: string;
}

const WORDS: Record<string, LayoutWords> = {
  en: { orCode: 'Or enter this code:', unsubscribe: 'Send me no more mails of this sort' },
  de: { orCode: 'Oder diesen Code eingeben:', unsubscribe: 'Keine Mails dieser Art mehr schicken' },
  fr: { orCode: 'Ou saisir ce code :', unsubscribe: 'Ne plus recevoir ce type de message' },
};

/** In a language, or in English. */
export function layoutWords(language: string): LayoutWords {
  return WORDS[language] ?? (WORDS.en as LayoutWords);
}
