//! The four scores, by hand-made counts.

use mentiond::insight::metrics::score;
use mentiond::model::notice::Counts;

#[test]
fn the_scores_follow_their_formulas() {
    let counts = Counts {
        entries: 404,
        mentions: 24,
        stories: 20,
        negative: 4,
        neutral: 3,
        positive: 12,
        unscored: 1,
        with_author: 16,
        authors: 10,
        repeat_authors: 3,
        forgotten: false,
    };
    let metrics = score(counts);
    assert_eq!(metrics.counts, counts);
    assert_eq!(metrics.strength, Some(5.0), "20 stories of 400 entries that are no copies");
    assert_eq!(metrics.sentiment, Some((12, 4)), "neutral and unscored mentions do not count");
    assert_eq!(metrics.passion, Some(30.0));
    assert_eq!(metrics.reach, Some(62.5), "mentions without a known author do not count");
}

#[test]
fn what_nothing_is_known_about_has_no_score() {
    let metrics = score(Counts::default());
    assert_eq!((metrics.strength, metrics.sentiment, metrics.passion, metrics.reach), (None, None, None, None));
    let silence = score(Counts { entries: 50, ..Counts::default() });
    assert_eq!((silence.strength, silence.sentiment), (Some(0.0), None));
    let forgotten = score(Counts { entries: 50, mentions: 5, stories: 5, forgotten: true, ..Counts::default() });
    assert_eq!(forgotten.strength, None, "of what is kept it would be too large a part");
    let neutral = score(Counts { entries: 2, mentions: 2, stories: 2, neutral: 2, ..Counts::default() });
    assert_eq!((neutral.sentiment, neutral.passion, neutral.reach), (None, None, None));
}

#[test]
fn scores_stay_between_their_bounds() {
    let everything = Counts {
        entries: 2,
        mentions: 2,
        stories: 2,
        negative: 2,
        with_author: 2,
        authors: 1,
        repeat_authors: 1,
        ..Counts::default()
    };
    let metrics = score(everything);
    assert_eq!((metrics.strength, metrics.sentiment), (Some(100.0), Some((0, 2))));
    assert_eq!((metrics.passion, metrics.reach), (Some(100.0), Some(50.0)));
    let more_than_read = score(Counts { entries: 1, mentions: 3, stories: 3, ..Counts::default() });
    assert_eq!(more_than_read.strength, Some(100.0));
}
