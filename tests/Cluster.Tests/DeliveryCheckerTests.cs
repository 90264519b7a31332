namespace Rocketeer.Cluster.Tests;

/// <summary>The judge of the rebalance test is judged first: one that finds nothing proves nothing.</summary>
public sealed class DeliveryCheckerTests
{
    [Fact]
    public void Deliveries_in_order_with_repetitions_are_accepted_and_counted()
    {
        var checker = Sent(ordered: true, 3);

        Deliver(checker, 0, 1, 0, 1, 2);

        Assert.Empty(checker.Missing);
        Assert.Empty(checker.Faults);
        Assert.Equal((3, 3, 2), (checker.Sent, checker.Delivered, checker.Repeated));
    }

    [Fact]
    public void A_message_that_never_comes_is_missed() => Assert.Equal(["k/1"], Missing(Sent(ordered: false, 3), 2, 0));

    [Fact]
    public void A_message_that_overtakes_another_is_a_fault_where_order_counts()
    {
        var checker = Sent(ordered: true, 3);

        Deliver(checker, 0, 2, 1);

        Assert.Equal(["k/2 came before k/1"], checker.Faults);
        var concurrent = Sent(ordered: false, 3);
        Deliver(concurrent, 0, 2, 1);
        Assert.Empty(concurrent.Faults);
    }

    [Fact]
    public void Two_handlers_of_one_queue_at_once_are_a_fault_where_order_counts()
    {
        var checker = Sent(ordered: true, 2);

        checker.Begin(7, "k", 0);
        checker.Begin(7, "k", 1);

        Assert.Single(checker.Faults);
    }

    private static IReadOnlyList<string> Missing(DeliveryChecker checker, params int[] numbers)
    {
        Deliver(checker, numbers);
        return checker.Missing;
    }

    private static DeliveryChecker Sent(bool ordered, int count)
    {
        var checker = new DeliveryChecker(ordered);
        for (var number = 0; number < count; number++)
        {
            checker.Acknowledged("k", number);
        }

        return checker;
    }

    private static void Deliver(DeliveryChecker checker, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            checker.Begin(0, "k", number);
            checker.End(0);
        }
    }
}
