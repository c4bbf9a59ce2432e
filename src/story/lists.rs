//! The word lists of the comparison, in English, German and Norwegian, folded as `words` folds. Pure.

use std::collections::HashSet;
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

/// Words that are numbers, or name a day or a month: what is told of another day is another story. What means something
/// else in another of the languages ("may", "fire", "to") is left out.
pub static NUMBER: List = list!(
    "two three four five six seven eight nine ten eleven twelve twenty thirty hundred thousand million billion dozen first
     second third fourth fifth once twice half double
     zwei drei vier funf sechs sieben acht neun zehn elf zwolf zwanzig dreissig hundert tausend millionen milliarden erste
     ersten zweite zweiten dritte dritten vierte vierten halbe doppelt
     tre fem seks sju syv atte ni ti elleve tolv tjue tretti hundre tusen millioner milliarder forste andre tredje fjerde
     halv dobbelt
     monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag
     sonnabend sonntag mandag tirsdag onsdag torsdag fredag lordag sondag
     january february march april june july august september october november december januar februar marz mai juni juli
     oktober dezember mars desember"
);

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
pub static PERSONAL: List = list!("my im ive id myself ich mein meine meinen meinem meiner mir mich jeg mitt meg");

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
