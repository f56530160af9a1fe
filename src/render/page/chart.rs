//! The bars of attendance by week: where each stands, in pixels. Whole numbers, so that every machine draws the same.

/// A week to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weekly {
    /// Day and month of its Monday.
    pub label: (String, String),
    /// The share attended in hundredths of a percent; none without a possible session.
    pub share: Option<u32>,
    /// Whether it is to stand out as low.
    pub low: bool,
    /// The letters of days marked in it.
    pub flags: String,
}

/// Bars over a floor, with a scale at the left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The whole width.
    pub width: u32,
    /// The whole height.
    pub height: u32,
    /// Where the scale ends and the bars begin.
    pub left: u32,
    /// Where the bars end.
    pub right: u32,
    /// Where the bars stand.
    pub floor: u32,
    /// How wide a bar is.
    pub bar: u32,
    /// The bars.
    pub bars: Vec<Bar>,
    /// The lines of the scale.
    pub ticks: Vec<Level>,
    /// The line of the target.
    pub target: Option<Level>,
    /// What it shows, for those who do not see it.
    pub describes: String,
    /// What the bars mean.
    pub key: String,
}

/// A bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its left side.
    pub at: u32,
    /// Its top.
    pub top: u32,
    /// How tall it is.
    pub tall: u32,
    /// Whether it is to stand out.
    pub low: bool,
    /// Day and month under it, where there is room.
    pub label: Option<(String, String)>,
    /// Letters above it.
    pub flags: Option<String>,
}

/// A height with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// How far from the top.
    pub at: u32,
    /// Its name.
    pub words: String,
}

const LEFT: u32 = 48;
const TOP: u32 = 24;
const FLOOR: u32 = 224;
const STEP: u32 = 24;
const BAR: u32 = 16;
/// Room for the name of the target.
const BESIDE: u32 = 96;
/// With less room the names of weeks would run together.
const LABEL_EVERY: usize = 2;

/// Draws weeks, and the target in hundredths of a percent.
pub fn chart(
    weeks: &[Weekly],
    target: Option<(u32, String)>,
    describes: String,
    key: String,
) -> Chart {
    // A hundred percent is as tall as the room between top and floor.
    let height = |share: u32| share.min(10_000) * (FLOOR - TOP) / 10_000;
    let count = u32::try_from(weeks.len()).unwrap_or_default();
    let right = LEFT + count * STEP + 8;
    let bars = weeks
        .iter()
        .enumerate()
        .zip(0..)
        .map(|((n, week), place)| Bar {
            at: LEFT + 6 + place * STEP,
            top: FLOOR - height(week.share.unwrap_or_default()),
            tall: height(week.share.unwrap_or_default()),
            low: week.low,
            label: (n % LABEL_EVERY == 0).then(|| week.label.clone()),
            flags: (!week.flags.is_empty()).then(|| week.flags.clone()),
        });
    let level = |percent: u32| Level {
        at: FLOOR - height(percent * 100),
        words: format!("{percent}%"),
    };
    Chart {
        width: right + BESIDE,
        height: FLOOR + 40,
        left: LEFT,
        right,
        floor: FLOOR,
        bar: BAR,
        bars: bars.collect(),
        ticks: [0, 25, 50, 75, 100].map(level).into(),
        target: target.map(|(share, words)| Level {
            at: FLOOR - height(share),
            words,
        }),
        describes,
        key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_tall_as_their_share() {
        let week = |share, low| Weekly {
            label: ("14".into(), "Sep".into()),
            share,
            low,
            flags: String::new(),
        };
        let weeks = [
            week(Some(10_000), false),
            week(Some(5_000), true),
            week(None, false),
        ];
        let found = chart(
            &weeks,
            Some((9_200, "target 92%".into())),
            String::new(),
            String::new(),
        );
        assert_eq!(
            found.bars.iter().map(|bar| bar.tall).collect::<Vec<_>>(),
            [200, 100, 0]
        );
        assert!(
            found
                .bars
                .iter()
                .all(|bar| bar.top + bar.tall == found.floor)
        );
        assert_eq!(found.target.map(|line| line.at), Some(224 - 184));
        assert_eq!(
            found.bars.iter().filter(|bar| bar.label.is_some()).count(),
            2
        );
    }
}
