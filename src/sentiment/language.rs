//! Which language a text is in: function words, letters and word shapes, with the source's claim as a prior.
//! It never looks at more than the first words of a text, and says nothing rather than guessing.

use std::collections::HashMap;

use crate::model::Language;

/// Words that are looked at.
const SAMPLE: usize = 200;
/// What the claim of the source counts, in words that stand in one language alone.
const CLAIM: f64 = 1.6;
/// Less is no evidence.
const LEAST: f64 = 0.75;
/// The first language must be so much ahead of the second, as a share of its own evidence.
const LEAD: f64 = 0.08;
/// Nearly the same words: whatever speaks for Danish in a Danish text puts it ahead, so no lead is asked of Norwegian.
const TOLERATED: [(&str, &str); 1] = [("nb", "da")];

/// Languages that are told apart, with frequent words of each. Only those with a lexicon are scored.
const FUNCTION_WORDS: [(&str, &str); 8] = [
    (
        "en",
        "the and of to a in is it you that he was for on are with as i his they be at this have from or had by not but \
         what all were we when your can said there an each which she do how their if will up about out many then them \
         these so some her would make like him into has more go see no way could my than been who its now did get may \
         i'm it's don't can't won't didn't isn't i've you're that's we're they're doesn't wasn't just because after why \
         where our us me any only very much too also over again before every does still even never off got going am \
         should here let's there's i'll he's she's im dont cant thanks please new one time day people think know want \
         really good back need most such while through during between both against being same other another those \
         u ur",
    ),
    (
        "de",
        "der die das und ist in zu den von mit sich auf für im dem nicht ein eine als auch es an werden aus er hat dass \
         sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr \
         durch man sein wurde sei ich du wir ihr mich dich uns euch mir dir ihm ihnen mein meine meinen dein deine \
         ihre ihren unser unsere kein keine keinen wenn weil was wer wo warum wieso schon mal immer nie jetzt heute \
         morgen gestern hier da dort dann doch denn ja nein bitte danke ihn hab habe hatte bin bist seid kann kannst \
         können muss müssen will wollen soll sollte würde wäre gibt gibts geht macht sehr viel alle alles nichts etwas \
         wieder ohne gegen unter zwischen seit des eines dieser diese dieses diesem diesen jeder jede jedes welche \
         beim vom ins ans zwar damit darum also ganz gut mehr als leider wirklich einfach nach was lass komm mach sag \
         guten herr frau weiß ob einmal nun ihrem ihrer hast wirst war waren worden uhr ne nen aufm wär",
    ),
    (
        "nb",
        "og i det er på til som en å av for at med de ikke den har jeg om et men var han seg fra vi så kan man du meg \
         deg oss dem da ble blir bli være vært hun hva hvor hvordan hvorfor hvem når nå også etter ved skal skulle vil \
         ville kunne må måtte mot over under ut opp inn ned noe noen alle alt mye mange mer enn bare selv sin sitt sine \
         min mitt mine din ditt dine hans hennes vår vårt våre deres dette denne disse ja nei takk eller hvis fordi \
         siden mens slik sånn veldig ganske litt helt godt bra aldri alltid igjen her der før gjennom mellom uten ingen \
         ingenting annet andre samme hele hver hvert dere få får fikk gå går gikk kom komme kommer gjør gjøre gjorde \
         sier sa si vet tror ser så skjer slutt vær la ta tar tok har hadde hvilken hvilket likevel imidlertid både \
         blant ifølge altså jo vel nok ei dag år gang \
         kanskje nettopp dessverre særlig svært flere fleste mest først sist nye gamle stor stort norsk norske kun \
         henne jenter gutter hei hvilke ennå fortsatt snart enkelt dårlig dårlige uke uker penger beklager spør mente \
         husker visste måneder butikk kunde kunder levert bestilt kjøpt solgt trenger bruker brukte sånt tilbake \
         bort dersom deler rundt nye mitt finnes helst allerede faktisk iallfall uansett",
    ),
    (
        "da",
        "og i det er på til som en at af for med de ikke den har jeg om et men var han sig fra vi så kan man du mig dig \
         os dem da blev bliver blive være været hun hvad hvor hvordan hvorfor hvem når nu også efter ved skal skulle vil \
         ville kunne må måtte mod over under ud op ind ned noget nogen nogle alle alt meget mange mere end kun selv sin \
         sit sine min mit mine din dit dine hans hendes vores deres dette denne disse ja nej tak eller hvis fordi siden \
         mens sådan ret lidt helt godt aldrig altid igen her der før gennem mellem uden ingen intet andet andre samme \
         hele hver jer få får fik gå går gik kom komme kommer gør gøre gjorde siger sagde sige ved tror ser lige sker \
         jeres dog kunne allerede blandt ifølge altså jo bare havde hvilken både hvilket nok dag år gang bedre",
    ),
    (
        "sv",
        "och i det är på till som en att av för med de inte den har jag om ett men var han sig från vi så kan man du mig \
         dig oss dem då blev blir bli vara varit hon vad hur varför vem när nu också efter vid ska skulle vill ville \
         kunde måste mot över under ut upp in ner något någon några alla allt mycket många mer än bara själv sin sitt \
         sina min mitt mina din ditt dina hans hennes vår vårt våra deras detta denna dessa ja nej tack eller eftersom \
         medan sådan ganska lite helt bra aldrig alltid igen här där före genom mellan utan ingen inget annat andra \
         samma hela varje er få får fick gå går gick kom komma kommer gör göra gjorde säger sa säga vet tror ser finns \
         hade vilken både även dock enligt dag år gång",
    ),
    (
        "nl",
        "de het een en van ik te dat die in is je niet zijn op aan met als voor had er maar om hem dan zou of wat mijn \
         men dit zo door over ze zich bij ook tot uit der daar haar naar heb hoe heeft hebben deze nog zal mij we wij \
         u jij jullie hun onze ons geen wel werd worden wordt kan kunnen moet moeten veel meer waar waarom wie wanneer \
         nu al altijd nooit weer zonder tegen onder tussen sinds iets niets alles alle iedereen ben bent was waren gaat \
         gaan doen doet komt heel erg goed slecht omdat want toch echt",
    ),
    (
        "fr",
        "le la les de des du un une et est en que qui dans pour pas sur ne se ce il elle on nous vous ils elles je tu \
         au aux avec par plus mais ou où son sa ses mon ma mes ton ta tes notre votre leur leurs cette ces cet sont \
         été être avoir ont fait comme tout tous toute même sans sous entre depuis très bien trop jamais rien encore \
         aussi quand comment pourquoi si oui non merci c'est j'ai n'est qu'il d'un d'une l'on était sera suis êtes peut \
         moi toi lui eux ça cela déjà chez après avant alors donc car service était vraiment",
    ),
    (
        "es",
        "el la los las de del un una unos y es en que por para no con se lo le les su sus al como más pero sin sobre \
         este esta esto estos estas ese esa eso ser son fue era ha han he hay muy mucho todo todos toda nada nunca \
         siempre ya también cuando donde quien porque si sí yo tú él ella nosotros usted ustedes ellos mi mis tu tus \
         nos me te está están estoy tengo tiene hace hacer puede desde hasta entre gracias bien mal así después antes \
         qué cómo muy servicio",
    ),
];

/// Beginnings and ends of words that are frequent in a language and rare in the others.
const SHAPES: [(&str, &[&str], &[&str]); 8] = [
    (
        "en",
        &["th", "wh", "kn"],
        &["ing", "tion", "ght", "ly", "ness", "ould", "ment", "ity", "ful", "ous", "ies", "ed"],
    ),
    (
        "de",
        &["sch", "ge", "ver", "zw", "pf", "ein"],
        &["ung", "ungen", "lich", "keit", "heit", "isch", "ten", "tz", "cht", "ß"],
    ),
    (
        "nb",
        &["kj", "skj", "gj", "hv", "sj"],
        &[
            "ene", "het", "lig", "else", "sjon", "ere", "tt", "kk", "nn", "ll", "ss", "pp", "ing", "ende", "eg", "øy",
            "ne",
        ],
    ),
    ("da", &["hv", "kø", "gø"], &["ede", "erne", "lig", "hed", "tion", "else", "ige", "ørelse", "ning", "kning"]),
    ("sv", &["sj", "skj", "kv"], &["arna", "orna", "het", "ande", "lig", "tion", "ade", "igt"]),
    ("nl", &["ge", "zw", "vr", "ij", "ver"], &["ijk", "heid", "tie", "aan", "oor", "eer", "sch"]),
    ("fr", &["qu", "l'", "d'"], &["eux", "ment", "tion", "eau", "ait", "ais", "ée", "és", "aux", "oir"]),
    ("es", &["qu", "lla"], &["ción", "dad", "ando", "iendo", "mente", "ado", "ido", "os", "as"]),
];
const SHAPE: f64 = 0.25;

/// Tells languages apart.
#[derive(Debug, Clone)]
pub(super) struct Identifier(HashMap<&'static str, Vec<usize>>);

impl Identifier {
    pub(super) fn new() -> Self {
        let mut words: HashMap<&str, Vec<usize>> = HashMap::new();
        for (language, (_, list)) in FUNCTION_WORDS.iter().enumerate() {
            for word in list.split_whitespace() {
                let languages = words.entry(word).or_default();
                if !languages.contains(&language) {
                    languages.push(language);
                }
            }
        }
        Self(words)
    }

    /// The language of a text with these words, of which the source claims that it is `claim`; `None` if nothing
    /// tells. A claim that the words do not speak against stands.
    pub(super) fn identify<'t>(
        &self,
        words: impl Iterator<Item = &'t str>,
        claim: Option<&Language>,
    ) -> Option<Language> {
        let mut evidence = [0.0; FUNCTION_WORDS.len()];
        let (mut latin, mut foreign) = (0usize, 0usize);
        for word in words.take(SAMPLE) {
            let is_foreign = word.chars().any(|c| c.is_alphabetic() && c > '\u{24f}');
            *(if is_foreign { &mut foreign } else { &mut latin }) += 1;
            self.count(word, &mut evidence);
        }
        let claimed = claim.map(Language::as_str);
        if foreign > latin {
            return claim.filter(|claim| place(claim.as_str()).is_none()).cloned();
        }
        if let Some(evidence) = claimed.and_then(place).and_then(|place| evidence.get_mut(place)) {
            *evidence += CLAIM;
        }
        let mut ranked: Vec<(f64, &str)> =
            evidence.iter().zip(FUNCTION_WORDS).map(|(evidence, (language, _))| (*evidence, language)).collect();
        ranked.extend(claimed.filter(|claimed| place(claimed).is_none()).map(|claimed| (CLAIM, claimed)));
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let (first, second) = (ranked.first()?, ranked.get(1)?);
        let clear = first.0 - second.0 >= LEAD * first.0 || TOLERATED.contains(&(first.1, second.1));
        if clear && first.0 >= LEAST { Language::parse(first.1) } else { claim.cloned() }
    }

    fn count(&self, word: &str, evidence: &mut [f64; FUNCTION_WORDS.len()]) {
        let mut add = |language: usize, weight: f64| evidence.get_mut(language).into_iter().for_each(|e| *e += weight);
        if let Some(languages) = self.0.get(word) {
            let share = [1.0, 0.6, 0.4].get(languages.len() - 1).copied().unwrap_or(0.1);
            languages.iter().for_each(|language| add(*language, share));
            return;
        }
        for c in word.chars() {
            for language in letter_languages(c) {
                add(*language, if matches!(c, 'ß' | 'ñ') { 1.5 } else { 0.5 });
            }
        }
        if word.chars().nth(3).is_some() {
            for (language, (_, starts, ends)) in SHAPES.iter().enumerate() {
                let fits = starts.iter().filter(|start| word.starts_with(**start)).count()
                    + usize::from(ends.iter().any(|end| word.ends_with(end)));
                (0..fits).for_each(|_| add(language, SHAPE));
            }
        }
    }
}

fn place(language: &str) -> Option<usize> {
    FUNCTION_WORDS.iter().position(|(known, _)| *known == language)
}

/// The languages that write a letter, by their place.
fn letter_languages(c: char) -> &'static [usize] {
    const DE: usize = 1;
    const NB: usize = 2;
    const DA: usize = 3;
    const SV: usize = 4;
    const FR: usize = 6;
    const ES: usize = 7;
    match c {
        'ß' | 'ü' => &[DE],
        'ä' | 'ö' => &[DE, SV],
        'å' => &[NB, DA, SV],
        'ø' | 'æ' => &[NB, DA],
        'è' | 'ê' | 'à' | 'ç' | 'œ' | 'ù' | 'û' | 'î' | 'ô' => &[FR],
        'é' => &[FR, ES],
        'ñ' | '¿' | '¡' | 'í' | 'ó' | 'á' | 'ú' => &[ES],
        _ => &[],
    }
}
