namespace NetRoom.Sandbox.Answers;

/// <summary>Headings and sentences the writer composes from. Words are set apart by single spaces.</summary>
internal static class WriterPhrases
{
    public static readonly (string[] Headings, string[] Sentences) English = (
        [
            "A text of measured length",
            "Where the matter begins",
            "What people expect",
            "How it works inside",
            "A small example",
            "The cost of it",
            "What goes wrong",
            "How it is put right",
            "What experience shows",
            "Looking ahead",
        ],
        [
            "Every subject looks simple from far away and grows detail as one comes near.",
            "The first step is to say plainly what is known and what is only supposed.",
            "A good description names the parts, the order of work and the reason for that order.",
            "Most mistakes are made at the edges, where one part hands its work to another.",
            "It helps to follow a single case from beginning to end before speaking of all cases.",
            "Numbers make an argument firmer, but only when the way of counting is given with them.",
            "People forgive a slow answer sooner than a wrong one.",
            "When something must fail, it should fail early, loudly and with a hint of what to do next.",
            "The cheapest change is the one that removes a step instead of adding one.",
            "An example from daily practice says more than a page of general words.",
            "Whoever measures before and after can tell an improvement from a change.",
            "There is always a moment when it is better to stop and tidy up.",
            "The same idea returns under different names, and it pays to notice it.",
            "A rule without a reason is soon broken, so the reason should stand beside the rule.",
            "What is written for a stranger is usually clear to a friend as well.",
            "Long work is best cut into pieces that are useful by themselves.",
            "The result should be checked by someone who did not take part in the work.",
        ]
    );

    public static readonly (string[] Headings, string[] Sentences) Russian = (
        [
            "Текст заданной длины",
            "С чего всё начинается",
            "Чего ждут люди",
            "Как это устроено внутри",
            "Небольшой пример",
            "Чего это стоит",
            "Что идёт не так",
            "Как это исправляют",
            "О чём говорит опыт",
            "Взгляд вперёд",
        ],
        [
            "Любой предмет издали кажется простым, а вблизи обрастает подробностями.",
            "Сначала стоит прямо сказать, что известно, а что только предполагается.",
            "Хорошее описание называет части, порядок работы и причину такого порядка.",
            "Больше всего ошибок появляется на стыках, где одна часть передаёт дело другой.",
            "Полезно пройти один случай от начала до конца, прежде чем говорить обо всех.",
            "Числа укрепляют довод, но лишь тогда, когда рядом указан способ подсчёта.",
            "Люди скорее простят медленный ответ, чем неверный.",
            "Если отказ неизбежен, пусть он случится рано, заметно и с подсказкой, что делать дальше.",
            "Дешевле всего обходится та правка, которая убирает шаг, а не добавляет новый.",
            "Пример из повседневной практики говорит больше, чем страница общих слов.",
            "Кто измеряет до и после, тот отличит улучшение от простой перемены.",
            "Всегда наступает минута, когда лучше остановиться и навести порядок.",
            "Одна и та же мысль возвращается под разными именами, и это стоит замечать.",
            "Правило без причины быстро нарушают, поэтому причина должна стоять рядом с правилом.",
            "То, что написано для незнакомого человека, обычно понятно и другу.",
            "Долгую работу лучше делить на куски, полезные сами по себе.",
            "Результат должен проверить тот, кто не участвовал в работе.",
        ]
    );
}
