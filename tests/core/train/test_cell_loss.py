import pytest
import torch

from core.train.cell_loss import consistency_loss, distillation_loss, label_loss


def test_the_label_loss_is_the_weighted_mean_over_labelled_pixels() -> None:
    logits = torch.randn(2, 3, 4, 5)
    labels = torch.randint(0, 3, (2, 4, 5))
    labels[0, 0] = 255
    weights = torch.tensor([1.0, 2.0, 0.5])
    total, share = 0.0, 0.0
    for b, y, x in torch.cartesian_prod(*map(torch.arange, (2, 4, 5))).tolist():
        label = int(labels[b, y, x])
        if label != 255:
            total -= float(weights[label] * logits[b, :, y, x].log_softmax(0)[label])
            share += float(weights[label])
    assert label_loss(logits, labels, weights=weights).item() == pytest.approx(
        total / share, rel=1e-4
    )


def test_labels_that_are_all_void_cost_nothing_and_give_no_gradient() -> None:
    logits = torch.randn(1, 3, 2, 2, requires_grad=True)
    loss = label_loss(logits, torch.full((1, 2, 2), 255), weights=torch.ones(3))
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None
    assert not logits.grad.any()


def test_distillation_is_least_for_the_teachers_own_answer() -> None:
    teacher = torch.randn(2, 4, 3, 3)
    assert distillation_loss(teacher + 5, teacher).item() == pytest.approx(0, abs=1e-6)
    assert distillation_loss(torch.zeros_like(teacher), teacher).item() > 0.1
    p, q = teacher.softmax(1), torch.zeros_like(teacher).softmax(1)
    slow = (p * (p / q).log()).sum(1).mean()
    torch.testing.assert_close(distillation_loss(torch.zeros_like(teacher), teacher), slow)


def test_consistency_follows_points_and_leaves_unknown_ones_out() -> None:
    before = torch.randn(1, 3, 2, 4)
    sources = torch.tensor([[[1, 2, 3, -1], [5, 6, 7, -1]]])  # everything came one to the left
    moved = torch.roll(before, -1, dims=3)
    assert consistency_loss(moved, before, sources).item() == pytest.approx(0, abs=1e-6)
    moved[..., -1] += 100 * torch.randn(1, 3, 2)
    assert consistency_loss(moved, before, sources).item() == pytest.approx(0, abs=1e-6)
    still = consistency_loss(before, before, sources)
    slow = [
        (before[0, :, y, x].softmax(0) - before[0, :, y, x + 1].softmax(0)).abs().sum()
        for y in range(2)
        for x in range(3)
    ]
    torch.testing.assert_close(still, torch.stack(slow).mean())
    assert consistency_loss(before, before, torch.full((1, 2, 4), -1)).item() == 0


def test_consistency_moves_this_frames_answer_and_not_the_one_before() -> None:
    now, before = (torch.randn(1, 3, 2, 2, requires_grad=True) for _ in range(2))
    consistency_loss(now, before.detach(), torch.arange(4).view(1, 2, 2)).backward()
    assert now.grad is not None
    assert now.grad.any()
    assert before.grad is None
