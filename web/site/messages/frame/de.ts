/** The frame in German, around the course and Teach; the other pages are in English. */
import course from '../../lessons/messages/de.ts';
import type { messages } from '../../messages.ts';
import type { offline as english } from '../offline.ts';

const whole = new Intl.NumberFormat('de');
const tenths = new Intl.NumberFormat('de', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const megabytes = (bytes: number): string => `${tenths.format(bytes / 1e6)}\u00a0MB`;

export const nav: typeof messages.nav = {
  label: 'Seiten',
  home: 'Start',
  learn: 'Lernen',
  teach: 'Unterrichten',
  twos: '2en',
  train: 'Training',
  speed: 'Tempo',
  docs: 'Doku',
};
export const skip: typeof messages.skip = 'Zum Inhalt';
export const theme: typeof messages.theme = { toDark: 'Dunkel', toLight: 'Hell' };

export const engine: typeof messages.engine = {
  private: 'Auf diesem Gerät berechnet; was Sie zeichnen, bleibt hier.',
  idle: 'Auf dieser Seite rechnet noch nichts.',
  starting: 'Das Rechenwerk startet …',
  failed: 'Das Rechenwerk konnte nicht starten.',
  lost: 'Das Rechenwerk ist stehen geblieben. Ihre Zeichnung ist noch da.',
  how: 'Wie?',
  why: 'Warum nicht schneller?',
  running: (threads) =>
    `Rechenwerk: WebAssembly mit SIMD, ${whole.format(threads)} ${threads === 1 ? 'Thread' : 'Threads'}.`,
  reason: (reason) => `Nicht mehr Threads; der Grund auf Englisch: ${reason}.`,
};

export const foot: typeof messages.foot = {
  label: 'Über diese Seite',
  how: 'Was berechnet wird, und wie (auf Englisch)',
  teach: 'Für Lehrende',
  source: 'Quelltext',
  licence: 'MIT-Lizenz',
  package: (version) => `npm-Paket wakesleep ${version}`,
  papers: 'Arbeiten:',
  open: 'Wakesleep öffnen',
  offline: 'Ohne Netz',
  singleFile: 'Das ist die ganze Seite in einer Datei: Sie fragt keinen Server und rechnet mit einem Thread.',
};

export const offline: typeof english = {
  about:
    'Was Sie besucht haben, öffnet sich auch ohne Netz. Vor einer Stunde in einem Raum ohne Netz behalten Sie alles, ' +
    'oder die Lektionen, die Sie wählen, mit allen Seiten und dem Rechenwerk.',
  looking: 'Es wird nachgesehen, was behalten ist …',
  kept: (kept, all, chosen) =>
    kept < all
      ? `${megabytes(kept)} von ${megabytes(all)} sind behalten.`
      : chosen
        ? `Was Sie gewählt haben, ist behalten (${megabytes(all)}): Es öffnet sich ohne Netz.`
        : `Alles ist behalten (${megabytes(all)}): Diese Seite öffnet sich ohne Netz.`,
  lessons: (chosen, all) => `Lektionen: ${whole.format(chosen)} von ${whole.format(all)}`,
  choose:
    'Was einen Vermerk neben sich hat, kann fehlen. Eine Größe ist, was es allein zu Ihrer Auswahl hinzufügt; ' +
    '„nichts weiter“ steht, wo andere davon, die Sie gewählt haben, dieselben Maschinen öffnen. Die anderen ' +
    'Lektionen kommen mit den Seiten.',
  all: 'Alle',
  none: 'Keine davon',
  shared: 'nichts weiter',
  lesson: (name) => course.lessons[name].title,
  pages: `Das Zeichnen auf den Seiten „${nav.home}“ und „${nav.twos}“`,
  size: megabytes,
  keep: 'Für die Zeit ohne Netz behalten',
  missing: (bytes) => `${megabytes(bytes)} sind zu holen.`,
  peers: `Mit den Bibliotheken, mit denen „${nav.speed}“ vergleicht`,
  peersSize: (bytes) => `${megabytes(bytes)} mehr`,
  remove: 'Entfernen',
  keeping: 'Es wird behalten …',
  keepingBytes: (done, total) => `Bisher behalten: ${megabytes(done)} von ${megabytes(total)}`,
  removed: 'Entfernt. Was Sie besuchen, wird wieder behalten.',
  failed: 'Nicht alles konnte behalten werden. Was gekommen ist, bleibt; ein neuer Versuch fährt dort fort.',
  why(reason) {
    switch (reason.why) {
      case 'room':
        return (
          `Es ist zu wenig Platz: ${megabytes(reason.needs)} werden gebraucht` +
          (reason.left === null ? '.' : `, und der Browser gibt ${megabytes(Math.max(0, reason.left))}.`)
        );
      case 'network':
        return `Eine Datei kam nicht vom Server (${reason.file}). Gibt es ein Netz? Wird die Seite gerade erneuert?`;
      case 'none':
        return (
          'Dieser Browser behält hier nichts. Private Fenster tun es nicht, Seiten ohne https auch nicht; sonst ist ' +
          'vielleicht der Speicher für diese Seite ausgeschaltet.'
        );
      case 'silent':
        return 'Seit zwei Minuten ist nichts gekommen.';
      case 'other':
        return reason.words;
    }
  },
};
