import type { Terms } from './en.ts';

const terms: Terms = {
  freeEnergy: {
    name: 'freie Energie',
    means:
      'Die Energie, die übrig bleibt, wenn über die verborgenen Einheiten summiert ist, F(v): minus der Logarithmus ' +
      'der Summe von exp(−E) über alle ihre Zustände. Die Wahrscheinlichkeit des Gesehenen ist exp(−F(v)), geteilt ' +
      'durch Z.',
  },
  gibbs: {
    name: 'Gibbs-Sampling',
    means:
      'Einheiten werden reihum gezogen, einzeln oder eine ganze Schicht auf einmal, jede gegeben die ' +
      'augenblicklichen Zustände aller anderen. Auf die Dauer werden Zustände so oft besucht, wie sie ' +
      'wahrscheinlich sind.',
  },
  label: {
    name: 'Klasse',
    means:
      'Der Name des Gezeigten, etwa eine der zehn Ziffern, auf Englisch label. Jede hat eine eigene Einheit; von ' +
      'der Gruppe ist eine an.',
  },
  likelihood: {
    name: 'Likelihood',
    means:
      'Die Wahrscheinlichkeit, die die Maschine den Daten gibt. Genannt wird das Mittel ihres Logarithmus über die ' +
      'Beispiele.',
  },
  mixing: {
    name: 'Mischen',
    means:
      'Eine Kette mischt, wenn sie vergisst, wo sie begonnen hat. Wie viele Schritte das braucht, ist ihre ' +
      'Mischzeit; bis dahin sind ihre Zustände keine Ziehungen aus der Maschine. Niedrige Temperaturen und große ' +
      'Gewichte machen sie lang.',
  },
  nat: {
    name: 'Nat',
    means:
      'Die Einheit natürlicher Logarithmen. Was ein Nat weniger wahrscheinlich ist, ist e = 2,7-mal weniger ' +
      'wahrscheinlich.',
  },
  posterior: {
    name: 'A-posteriori-Verteilung',
    means:
      'Die Wahrscheinlichkeiten dessen, was nicht zu sehen ist, etwa der Zustände verborgener Einheiten, gegeben ' +
      'das, was zu sehen ist; auch Posteriorverteilung.',
  },
  reconstruction: {
    name: 'Rekonstruktion',
    means:
      'Die Mittel der sichtbaren Einheiten, gegeben die Mittel der verborgenen, gegeben das Bild. Ihr Fehler ist ' +
      'das Quadrat der Abweichung, summiert über die Bildpunkte.',
  },
};
export default terms;
