"""Mistakes in the figures that compute anew."""

from tests.planted import Mutant

TEST = "tests/test_live.py::test_"
LIVE = [
    Mutant(
        name="widgets-in-a-page-without-a-reader",
        module="gencore._live",
        before="os.environ.get(STATIC) or find_spec",
        after="find_spec",
        test=TEST + "widgets_are_shown_to_a_reader_with_a_kernel_alone",
    ),
    Mutant(
        name="widgets-without-a-picture-for-others",
        module="gencore._live",
        before="return picture | (widgets or {})",
        after="return widgets or picture",
        test=TEST + "widgets_are_shown_to_a_reader_with_a_kernel_alone",
    ),
    Mutant(
        name="kernels-of-the-book-with-widgets",
        module="tools.kernel",
        before='"GENCORE_STATIC": "1",',
        after='"GENCORE_STATIC": "",',
        test=TEST + "kernels_of_the_book_show_no_widgets",
    ),
    Mutant(
        name="first-settings-that-are-the-last",
        module="gencore._live",
        before="return control.options[0] if",
        after="return control.options[-1] if",
        test=TEST + "a_page_shows_the_picture_of_the_first_settings",
    ),
    Mutant(
        name="values-above-the-highest",
        module="gencore._live_panel",
        before="control.low <= value <= control.high",
        after="control.low <= value",
        test=TEST + "a_bad_value_is_named_and_the_picture_stays[values0-how many is from 1 to 20; "
        "received 21]",
    ),
    Mutant(
        name="values-that-are-no-number",
        module="gencore._live_panel",
        before="control.low <= value <= control.high",
        after="not (value < control.low or value > control.high)",
        test=TEST + "a_bad_value_is_named_and_the_picture_stays[values3-step size is from 0.1 to "
        "2; received nan]",
    ),
    Mutant(
        name="no-second-try-after-an-error",
        module="gencore._live_panel",
        before="self.start.disabled, self.stop.disabled = False, True",
        after="self.stop.disabled = True",
        test=TEST + "an_error_on_the_way_leaves_the_last_good_moment",
    ),
    Mutant(
        name="a-stop-that-nobody-hears",
        module="gencore._live_panel",
        before="if self.stopped and moment.share < 1:",
        after="if self.stopped and moment.share > 1:",
        test=TEST + "a_work_can_be_stopped_and_started_again",
    ),
    Mutant(
        name="two-works-at-once",
        module="gencore._live_panel",
        before="if self.start.disabled:",
        after="if not self.start:",
        test=TEST + "a_work_can_be_stopped_and_started_again",
    ),
    Mutant(
        name="a-work-that-lets-no-message-through",
        module="gencore._live_panel",
        before="await asyncio.sleep(PAUSE)",
        after="pass",
        test=TEST + "a_work_can_be_stopped_and_started_again",
    ),
    Mutant(
        name="turns-of-the-critic-for-the-generators",
        module="gencore._live_figures",
        before="block * CRITIC_STEPS * BATCH, replace",
        after="block * BATCH, replace",
        test=TEST + "the_ring_is_played_with_the_loss_rate_and_turns_chosen",
    ),
    Mutant(
        name="learning-rate-of-the-recipe",
        module="gencore._live_figures",
        before="keras.optimizers.Adam(learning_rate, ",
        after="keras.optimizers.Adam(recipe.learning_rate, ",
        test=TEST + "the_ring_is_played_with_the_loss_rate_and_turns_chosen",
    ),
    Mutant(
        name="diverged-samples-shown",
        module="gencore._live_figures",
        before="if not np.isfinite(made).all():",
        after="if np.isinf(made).all():",
        test=TEST + "a_ring_that_diverges_says_so",
    ),
    Mutant(
        name="all-samples-whatever-their-number",
        module="gencore._live_figures",
        before="samples[chosen][:count], images, bandwidth)",
        after="samples[chosen], images, bandwidth)",
        test=TEST + "scores_are_those_of_the_kernels_chosen",
    ),
    Mutant(
        name="weight-of-the-rate-forgotten",
        module="gencore._live_figures",
        before="likelihood=vae.CROSS_ENTROPY, beta=beta)",
        after="likelihood=vae.CROSS_ENTROPY)",
        test=TEST + "a_vae_is_trained_with_the_weight_and_code_chosen",
    ),
    Mutant(
        name="rate-counted-as-cross-entropy",
        module="gencore._live_figures",
        before="{loss - beta * rate:.0f}",
        after="{loss:.0f}",
        test=TEST + "a_vae_is_trained_with_the_weight_and_code_chosen",
    ),
]
