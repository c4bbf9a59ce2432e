//! The word lists of the comparison, in English, German and Norwegian, folded as `words` folds. Pure.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Words of one list.
pub struct List(LazyLock<HashSet<&'static str>>);

impl List {
    /// Whether a folded word is in it.
    pub fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

macro_rules! list {
    ($words:literal) => {
        List(LazyLock::new(|| $words.split_ascii_whitespace().collect()))
    };
}

/// Words that say nothing by themselves; texts that differ in them alone say the same. Words that name a day by the
/// reader's own day are among them: an agency writes "on Tuesday" where a paper writes "today".
pub static STOP: List = list!(
    "a an the and or but if of in on at to for from by with as is are was were be been has have had it its this that
     these those he she they his her their them who which will would can could said says also than then there today
     yesterday tomorrow after before over about into so i per
     der die das den dem des ein eine einen einem einer eines und oder aber wenn von im am an auf zu zum zur fur mit aus
     bei nach vor uber unter als ist sind war waren wird werden wurde wurden hat haben hatte es er sie ihr ihre ihren
     sein seine dass sich auch noch nur wie sagte heute gestern morgen um durch bis gegen laut
     en et ei og eller men hvis av pa til fra med som blir ble bli har hadde det de dette disse han hun sin sitt sine seg
     ogsa sa sier om ved etter enn da nar man kan skal vil ville dag gar ifolge"
);

/// Words that turn a sentence around.
pub static NEGATION: List = list!(
    "not no never none nobody nothing cannot cant wont dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt
     without nicht nie niemals kein keine keinen keinem keiner keines niemand nichts ohne nein ikke ikkje aldri ingen
     intet ingenting uten nei"
);

/// Days of the week. Where they stand for each other, what is told is of another day; where one is missing, it says
/// "today" or nothing.
pub static DAY: List = list!(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonnabend
     sonntag mandag tirsdag onsdag torsdag fredag lordag sondag"
);

/// Words that are numbers or name a month. What means something else in another of the languages ("may", "fire", "to")
/// is left out.
pub static NUMBER: List = list!(
    "twenty thirty hundred thousand million billion dozen first
     second third fourth fifth once twice half double
     zwanzig dreissig hundert tausend millionen milliarden erste
     ersten zweite zweiten dritte dritten vierte vierten halbe doppelt
     tjue tretti hundre tusen millioner milliarder forste andre tredje fjerde
     halv dobbelt
     january february march april june july august september october november december januar februar marz mai juni juli
     oktober dezember mars desember"
);

/// The numbers from two to twelve as papers write them out. The Norwegian two and four mean something else in English.
static SMALL: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
    let words = [
        "two zwei",
        "three drei tre",
        "four vier",
        "five funf fem",
        "six sechs seks",
        "seven sieben sju syv",
        "eight acht atte",
        "nine neun ni",
        "ten zehn ti",
        "eleven elf elleve",
        "twelve zwolf tolv",
    ];
    (2..).zip(words).flat_map(|(number, words)| words.split(' ').map(move |word| (word, number))).collect()
});

/// The number that a word writes out.
pub fn digits(word: &str) -> Option<usize> {
    SMALL.get(word).copied()
}

/// What goes well, grows or is said yes to ...
pub static UP: List = list!(
    "rise rises rose risen up gain gains gained increase increases increased higher wins won win confirms confirmed opens
     opened accepts accepted approves approved buys bought raises raised
     steigt stieg steigen gestiegen gewinnt gewann bestatigt offnet kauft genehmigt erhoht
     stiger steg oker okte vinner vant bekrefter apner kjoper godkjenner hever"
);

/// ... and its contrary: where one stands for the other, the texts say contrary things.
pub static DOWN: List = list!(
    "fall falls fell fallen down drops dropped loss losses lost decrease decreases decreased lower loses lose denies denied
     closes closed rejects rejected sells sold cuts cut lowers lowered
     sinkt sank sinken gesunken fallt verliert verlor dementiert schliesst verkauft lehnt senkt
     faller falt synker sank taper tapte avkrefter stenger selger avviser senker"
);

/// News agencies, and services that hand out what companies say of themselves.
pub static AGENCY: List = list!(
    "dpa afp reuters ap ntb tt ritzau apa sid epd kna upi pa rtr djn ots dts prnewswire globenewswire newswire afx
     infocom nyhetsbyra bloomberg dpa-afx dpa-infocom"
);

/// Names under which no single person writes.
pub static NEWSROOM: List = list!(
    "redaktion redaksjonen redaksjon newsroom editor editors editorial staff admin administrator news desk nyheter
     nachrichten presse press team webredaktion agentur agency online redaktor nyhetsbyra"
);

/// Words of people who speak of themselves. The English "I" is Norwegian for "in", and is looked at elsewhere.
pub static PERSONAL: List = list!("my myself ich mein meine meinen meinem meiner mir mich jeg mitt meg");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_of_two_minds() {
        for (one, other) in [(&STOP, &NEGATION), (&STOP, &NUMBER), (&NEGATION, &NUMBER), (&UP, &DOWN), (&STOP, &UP)] {
            let both: Vec<_> = one.0.intersection(&other.0).collect();
            assert!(both.is_empty(), "{both:?}");
        }
    }
}
